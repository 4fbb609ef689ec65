import { registry } from "@web/core/registry";

const lines = ".o_field_widget[name=order_line] .o_data_row";

/**
 * A sales person is offered the extras of a product when it is picked, and later by the sign on its line.
 */
registry.category("web_tour.tours").add("mrp_production_stage_upsell", {
    steps: () => [
        {
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Café Central",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Café Central)",
            run: "click",
        },
        {
            trigger: ".o_field_x2many_list_row_add a:contains(Add a product)",
            run: "click",
        },
        {
            trigger: ".o_selected_row [name=product_template_id] input",
            run: "edit Arabica Premium",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Arabica Premium 250 g)",
            run: "click",
        },
        {
            content: "What the customer may have on top, and for how much",
            trigger: ".modal button:contains(Engraving):contains(4.00)",
        },
        {
            trigger: ".modal button:contains(Gift wrapping):contains(2.50)",
            run: "click",
        },
        {
            trigger: ".modal [name=quantity] input",
            run: "edit 20",
        },
        {
            trigger: ".modal button[name=action_add]",
            run: "click",
        },
        {
            content: "A line of its own, below the product",
            trigger: `body:not(:has(.modal)) ${lines}:eq(1):contains(Gift wrapping):contains(20.00):contains(50.00)`,
        },
        {
            trigger: `${lines}:eq(0):contains(Arabica):contains(20.00)`,
        },
        {
            trigger: `.o_form_button_save`,
            run: "click",
        },
        {
            content: "Another one, of a line that is there",
            trigger: `.o_form_saved ${lines}:eq(0) button[name=action_open_upsells]`,
            run: "click",
        },
        {
            trigger: ".modal:not(:contains(Gift wrapping)) button:contains(Engraving)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_add]",
            run: "click",
        },
        {
            content: "There is nothing more to add",
            trigger: `body:not(:has(.modal)) ${lines}:contains(Engraving)`,
        },
        {
            trigger: `.o_field_widget[name=order_line]:not(:has(button[name=action_open_upsells]))`,
        },
    ],
});
