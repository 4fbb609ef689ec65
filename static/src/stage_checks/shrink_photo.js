// Enough to see a scratch, and a tenth of what a phone's camera makes. The server keeps no larger ones.
const MAX_SIDE = 1920;
const QUALITY = 0.8;

/**
 * Returns the photo small enough for a workshop's network, or as it is where the browser cannot read it.
 *
 * @param {File} file
 * @returns {Promise<Blob>}
 */
export async function shrinkPhoto(file) {
    let bitmap;
    try {
        bitmap = await createImageBitmap(file);
    } catch {
        return file;
    }
    const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = new OffscreenCanvas(
        Math.max(1, Math.round(bitmap.width * scale)),
        Math.max(1, Math.round(bitmap.height * scale))
    );
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const shrunk = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
    return shrunk.size < file.size ? shrunk : file;
}
