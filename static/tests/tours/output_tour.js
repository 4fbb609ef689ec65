import { registry } from "@web/core/registry";

const quantity = ".modal .o_field_widget[name=qty] input";
const product = ".modal .o_field_widget[name=product_id] input";

/**
 * What came out of a stage is recorded: an item that is made on the spot, then one that is there.
 */
registry.category("web_tour.tours").add("mrp_production_stage_output", {
    steps: () => [
        {
            content: "A stage without an instruction offers none",
            trigger: ".o_kanban_record:contains(Rough sorting):not(:has(details))",
        },
        {
            trigger: ".o_kanban_record:contains(Rough sorting) button:contains(Journal)",
            run: "click",
        },
        {
            trigger: "button[name=action_open_entry_output]",
            run: "click",
        },
        {
            trigger: product,
            run: "edit Star sapphire",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Create):contains(Star sapphire)",
            run: "click",
        },
        {
            content: "It is counted as the stage counts",
            trigger: ".modal .o_field_widget[name=uom_id] input:value(ct)",
        },
        {
            content: "A comma after a zero is a decimal point, in whatever language",
            trigger: quantity,
            run: "edit 0,250 && press Tab",
        },
        {
            trigger: ".modal .o_field_widget[name=qty] input:value(0.25)",
        },
        {
            trigger: ".modal button[name=action_record]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) [name=balance_text]:contains(out 0.25)",
        },
        {
            trigger: "button[name=action_open_entry_output]",
            run: "click",
        },
        {
            trigger: product,
            run: "edit Cuttable",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Cuttable sapphire)",
            run: "click",
        },
        {
            trigger: quantity,
            run: "edit 95,5 && press Tab",
        },
        {
            trigger: ".modal button[name=action_record]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) [name=balance_text]:contains(out 95.75)",
        },
    ],
});
