"""Orders follow what a customer wants."""

from hypothesis import given
from hypothesis import strategies as st

from engine.demand import Supply, cut_back, follow, hand_out


@st.composite
def supplies(draw):
    """Orders as they may be: each makes at least what is promised of it."""
    orders = []
    for key in range(draw(st.integers(0, 4))):
        demand = draw(st.integers(1, 50))
        promised = demand + draw(st.sampled_from([0, 0, 7]))
        spare = draw(st.sampled_from([0, 0, 3, 12]))
        orders.append(Supply(key, demand, promised + spare, promised, draw(st.booleans())))
    return orders


@given(st.integers(0, 200), supplies())
def test_all_that_is_wanted_is_made_or_open(target, orders):
    plan = follow(target, orders)
    if orders:
        assert sum(plan.demands.values()) + sum(plan.open.values()) == target


@given(st.integers(0, 200), supplies())
def test_what_has_begun_is_left_alone(target, orders):
    plan = follow(target, orders)
    for order in orders:
        if order.begun:
            assert plan.quantities[order.key] == order.quantity
            assert plan.demands[order.key] >= order.demand
        else:
            assert order.key not in plan.open or plan.open[order.key] > 0


@given(st.integers(0, 200), supplies())
def test_what_others_were_promised_stays(target, orders):
    plan = follow(target, orders)
    for order in orders:
        others = order.promised - order.demand
        assert plan.demands[order.key] >= 0
        assert plan.quantities[order.key] >= plan.demands[order.key] + others


@given(st.integers(0, 200), supplies())
def test_following_twice_changes_nothing_more(target, orders):
    plan = follow(target, orders)
    again = [
        Supply(
            order.key, plan.demands[order.key], plan.quantities[order.key],
            order.promised + plan.demands[order.key] - order.demand, order.begun)
        for order in orders]
    assert follow(target, again) == plan


def test_by_hand():
    waiting = Supply('new', 20, 20, 20, False)
    running = Supply('old', 30, 40, 35, True)
    assert follow(50, [running, waiting]).open == {}
    less = follow(20, [running, waiting])
    assert (less.demands, less.quantities, less.open) == (
        {'old': 30, 'new': 0}, {'old': 40, 'new': 0}, {'old': -10})
    more = follow(60, [running, waiting])
    assert (more.demands, more.quantities, more.open) == (
        {'old': 35, 'new': 25}, {'old': 40, 'new': 25}, {})
    assert follow(40, [running]).open == {'old': 5}


@given(st.integers(0, 200), st.dictionaries(st.integers(), st.integers(1, 50)))
def test_who_ordered_first_gets_all_before_the_next_gets_any(made, asked):
    shares = hand_out(made, asked)
    assert list(shares) == list(asked)
    assert sum(shares.values()) == min(made, sum(asked.values()))
    before_is_full = True
    for key, share in shares.items():
        assert 0 <= share <= asked[key]
        assert before_is_full or not share
        before_is_full = share == asked[key]


@given(st.integers(-20, 200), st.dictionaries(st.integers(), st.integers(1, 50)), st.integers(0, 5))
def test_what_nobody_wants_any_more_is_cut_first(excess, asked, unwanted):
    demands = {key: (quantity, min(unwanted, quantity)) for key, quantity in asked.items()}
    kept = cut_back(excess, demands)
    cut = {key: asked[key] - kept[key] for key in asked}
    assert sum(cut.values()) == min(max(excess, 0), sum(asked.values()))
    if excess <= sum(free for _quantity, free in demands.values()):
        assert all(cut[key] <= demands[key][1] for key in asked)
    else:
        # Who comes later has nothing left before somebody who came first goes without what he wants.
        hurt = [key for key in asked if cut[key] > demands[key][1]]
        keys = list(asked)
        assert all(not kept[key] for last in hurt[:1] for key in keys[keys.index(last) + 1:])
