import { registry } from "@web/core/registry";

const order = ":contains(Arabica)";

function work(stage, finish = []) {
    const card = `.o_kanban_record:contains(${stage})${order}`;
    return [
        {
            trigger: `body:not(:has(.modal)) ${card} button[name=action_stage_start]`,
            run: "click",
        },
        {
            trigger: `${card}:contains(In progress) button[name=action_open_stage_finish]`,
            run: "click",
        },
        ...finish,
        {
            trigger: ".modal button[name=action_finish]",
            run: "click",
        },
    ];
}

function use(material, quantity) {
    return [
        {
            trigger: `.modal .o_data_row:contains(${material}) td[name=qty]`,
            run: "click",
        },
        {
            trigger: `.modal .o_data_row:contains(${material}) [name=qty] input`,
            run: `edit ${quantity}`,
        },
    ];
}

/**
 * The operator takes the order of a deal through its stages: a bag, with its label and valve, was spoilt.
 */
registry.category("web_tour.tours").add("mrp_production_stage_deal_stages", {
    steps: () => [
        ...work("Roasting"),
        ...work("Grinding"),
        ...work("Packing", [...use("Bag", 21), ...use("Label", 21), ...use("Valve", 21)]),
        {
            content: "Nothing is left to do",
            trigger: "body:not(:has(.modal)) .o_view_nocontent:contains(Nothing to do right now)",
        },
    ],
});
