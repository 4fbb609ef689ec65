// Rules for the add-on's JavaScript. The packages live in the ignored folder, not beside this file.
import { createRequire } from "node:module";

const require = createRequire(new URL("../.local/node/package.json", import.meta.url));
const js = require("@eslint/js");
const globals = require("globals");

export default [
    js.configs.recommended,
    {
        files: ["**/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", luxon: "readonly", owl: "readonly" },
        },
        rules: {
            curly: ["error", "all"],
            eqeqeq: ["error", "always"],
            "no-console": "error",
            "no-implicit-globals": "error",
            "no-shadow": "error",
            "no-unused-vars": ["error", { args: "none" }],
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": ["error", { destructuring: "all" }],
        },
    },
    {
        // A service worker is a script of its own: no modules, other globals.
        files: ["**/static/**/*service_worker*.js"],
        languageOptions: { sourceType: "script", globals: globals.serviceworker },
    },
];
