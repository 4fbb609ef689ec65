import { registry } from "@web/core/registry";

/**
 * A supervisor makes an order with the short form and runs its first stage, which used more than its norm.
 */
registry.category("web_tour.tours").add("mrp_production_stage_order", {
    steps: () => [
        {
            content: "Make a new order",
            trigger: ".o_kanban_view .o-kanban-button-new",
            run: "click",
        },
        {
            content: "Choose the product",
            trigger: ".o_field_widget[name=product_id] input",
            run: "edit Arabica Premium",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Arabica Premium 250 g)",
            run: "click",
        },
        {
            content: "Its template is found",
            trigger: ".o_field_widget[name=bom_id] input:value(Arabica Premium 250 g)",
        },
        {
            content: "Say how many",
            trigger: ".o_field_widget[name=product_qty] input",
            run: "edit 20",
        },
        {
            trigger: "button[name=action_confirm_stages]",
            run: "click",
        },
        {
            content: "The order is on the board",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains(Pending)",
        },
        {
            trigger: ".o_notebook a[name=stages]",
            run: "click",
        },
        {
            content: "Start the first stage",
            trigger: ".o_data_row:contains(Roasting) button[name=action_stage_start]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains(In progress)",
        },
        {
            content: "Finish it",
            trigger: ".o_data_row:contains(Roasting) button[name=action_open_stage_finish]",
            run: "click",
        },
        {
            content: "More beans were used than the norm says",
            trigger: ".modal .o_data_row:contains(Green beans) td[name=qty]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row [name=qty] input",
            run: "edit 5.5",
        },
        {
            trigger: ".modal button[name=action_finish]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_data_row:contains(Roasting) .badge:contains(Done)",
        },
        {
            content: "The next stage waits, and may be started early by a supervisor only",
            trigger: ".o_data_row:contains(Grinding) button:contains(Start Early)",
        },
        {
            trigger: ".o_notebook a[name=materials]",
            run: "click",
        },
        {
            content: "What was really used stands beside the norm",
            trigger:
                ".o_data_row:contains(Green beans):has(td[name=norm]:contains(5.2)) td[name=consumed]:contains(5.5)",
        },
        {
            trigger: ".o_data_row:contains(Green beans) td[name=overconsumption]:contains(0.3)",
        },
        {
            trigger: ".o_notebook a[name=history]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Roasting):contains(Finished)",
        },
    ],
});
