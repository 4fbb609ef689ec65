import { inputFiles } from "@web/../tests/utils";

/**
 * Takes a small photo and hands it to a file input.
 *
 * @param {string} selector
 * @param {string} name
 */
export async function takePhoto(selector, name) {
    const canvas = new OffscreenCanvas(4, 4);
    canvas.getContext("2d").fillRect(0, 0, 4, 4);
    await inputFiles(selector, [
        new File([await canvas.convertToBlob({ type: "image/png" })], name, { type: "image/png" }),
    ]);
}
