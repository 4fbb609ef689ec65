import { registry } from "@web/core/registry";

const procure = [
    {
        content: "Order it",
        trigger: ".modal button[name=action_procure]",
        run: "click",
    },
    {
        content: "What was ordered is said, with a link to it",
        trigger:
            ".o_notification:contains(20.00 kg of Flour ordered) a[href*='/odoo/stock.picking/']",
    },
    {
        trigger: "body:not(:has(.modal)) button[name=action_open_shortage]",
        run: "click",
    },
];

/**
 * A supervisor confirms an order that lacks flour, reads what is missing, and orders it.
 */
registry.category("web_tour.tours").add("mrp_production_stage_shortage", {
    steps: () => [
        {
            trigger: "button[name=action_confirm_stages]",
            run: "click",
        },
        {
            content: "The list opens as the reply",
            trigger:
                ".modal .o_data_row:contains(Flour):has(td[name=available]:contains(10)) td[name=shortage]:contains(20)",
        },
        ...procure,
        {
            content: "It is on its way, and not ordered again",
            trigger:
                ".modal:not(:has(button[name=action_procure])) .o_data_row td[name=ordered]:contains(20)",
        },
    ],
});

/**
 * The same on a phone, where the order's list is opened later.
 */
registry.category("web_tour.tours").add("mrp_production_stage_shortage_phone", {
    steps: () => [
        {
            trigger: "button[name=action_open_shortage]",
            run: "click",
        },
        {
            trigger: ".modal .o_kanban_record:contains(Flour):contains(Missing 20):contains(of 30)",
        },
        ...procure,
        {
            trigger:
                ".modal:not(:has(button[name=action_procure])) .o_kanban_record:contains(Ordered 20)",
        },
    ],
});
