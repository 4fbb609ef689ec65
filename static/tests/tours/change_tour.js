import { registry } from "@web/core/registry";

const openDialog = [
    {
        content: "The order asks for a decision",
        trigger:
            ".o-mail-Activity:contains(The customer wants something else):contains(Café Central)",
    },
    {
        trigger: ".alert button[name=action_open_demand_change]",
        run: "click",
    },
];
const decide = [
    {
        trigger: ".modal button[name=action_decide]",
        run: "click",
    },
    {
        content: "The question is answered",
        trigger:
            "body:not(:has(.modal)):not(:has(.o-mail-Activity)) .o_form_view:not(:has(.alert-warning))",
    },
];

/**
 * A customer wants more of what has begun: the supervisor raises the order.
 */
registry.category("web_tour.tours").add("mrp_production_stage_change_more", {
    steps: () => [
        ...openDialog,
        {
            content: "What is wanted, and no money",
            trigger:
                ".modal:contains(wants 30):not(:has([name=spent])) [name=more_qty]:contains(10)",
        },
        {
            trigger: ".modal button:contains(Raise this order)",
            run: "click",
        },
        ...decide,
        {
            trigger:
                ".o_field_widget[name=product_qty]:contains(30), .o_field_widget[name=product_qty] input:value(30)",
        },
    ],
});

/**
 * A customer wants less of what has begun: the supervisor lets it go on, and keeps the rest for stock.
 */
registry.category("web_tour.tours").add("mrp_production_stage_change_less", {
    steps: () => [
        ...openDialog,
        {
            trigger: ".modal:contains(wants 15) [name=less_qty]:contains(5)",
        },
        {
            content: "All that can become of it",
            trigger: ".modal button:contains(Make less)",
        },
        {
            trigger: ".modal button:contains(Cancel the production order)",
        },
        {
            trigger: ".modal button:contains(keep the rest for stock)",
            run: "click",
        },
        ...decide,
    ],
});
