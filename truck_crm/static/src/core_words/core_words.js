import {_t} from "@web/core/l10n/translation";

/**
 * Words of Odoo that it shows in English where nobody has translated them yet: what a
 * module translates is taken for those as well. Nobody reads this list; that the words
 * stand here brings them into our translations.
 */
export const CORE_WORDS = [_t("Missing required fields")];
