import { registry } from "@web/core/registry";

const ORDER = ".o_production_block_order:contains(Arabica)";

/**
 * A sales person without any right on production accepts a deal, and sees the order it makes, on the deal and on its
 * sale order.
 */
registry.category("web_tour.tours").add("mrp_production_stage_deal_accepted", {
    steps: () => [
        {
            content: "Nothing yet, and what to do about it",
            trigger:
                ".o_production_block:contains(Nothing is in production yet. Move the deal to Accepted)",
        },
        {
            trigger: ".o_statusbar_status button:contains(Accepted for production)",
            run: "click",
        },
        {
            content: "The order is there: how many, where it stands, who is to work on it",
            trigger: `${ORDER}:contains(20 Units):contains(Pending):contains(Roasting):contains(0 of 3 stages done):contains(Olga)`,
        },
        {
            content: "No money, and no way into production",
            trigger: ".o_production_block:not(:has(a)):not(:contains(Profit))",
        },
        {
            trigger: "button[name=action_view_sale_order]",
            run: "click",
        },
        {
            content: "The same on the sale order",
            trigger: `.o_form_view:has(.o_field_widget[name=order_line]) ${ORDER}:contains(0 of 3 stages done)`,
        },
    ],
});

/**
 * The order is made: a sales person who sees margins finds the deal moved on, and what it has earned.
 */
registry.category("web_tour.tours").add("mrp_production_stage_deal_ready", {
    steps: () => [
        {
            content: "One line on the card of the deal, in the column it has moved to",
            trigger:
                ".o_kanban_group:contains(Ready to ship) .o_kanban_record:contains(Coffee for the café) .o_production_progress:contains(Done)",
        },
        {
            trigger: ".o_kanban_record:contains(Coffee for the café)",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains(Ready to ship)",
        },
        {
            trigger: `${ORDER}:contains(Done):not(:contains(Late))`,
        },
        {
            content: "200.00 less the ledger, in figures that are no estimate any more",
            trigger:
                ".o_production_block:contains(Actual) .o_production_block_margin:contains(200.00):contains(79.17):contains(120.83):contains(60.4%)",
        },
    ],
});
