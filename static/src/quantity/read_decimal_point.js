import { localization } from "@web/core/l10n/localization";

/**
 * Returns a typed number with the decimal point of the user's language.
 *
 * The keyboard of a phone may have a comma where the language has a point, and the other way round. Before three
 * digits it may separate thousands; anywhere else, and after a zero, it is a decimal point.
 *
 * @param {string} text
 * @returns {string}
 */
export function readDecimalPoint(text) {
    const [, whole, fraction] = text.trim().match(/^(-?\d*)[.,](\d+)$/) || [];
    if (!fraction || (fraction.length === 3 && Number(whole))) {
        return text;
    }
    return `${whole}${localization.decimalPoint}${fraction}`;
}
