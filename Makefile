setup:
	@dev/do setup
