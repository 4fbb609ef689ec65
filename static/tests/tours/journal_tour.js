import { registry } from "@web/core/registry";

/**
 * An operator records a loss in the journal of a stage, on the phone, and takes it back.
 */
registry.category("web_tour.tours").add("mrp_production_stage_journal", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains(Rough sorting) button:contains(Journal)",
            run: "click",
        },
        {
            content: "What went in so far",
            trigger: ".o_form_view [name=balance_text]:contains(in 120)",
        },
        {
            trigger: "button[name=action_open_entry_loss]",
            run: "click",
        },
        {
            content: "What was put in is filled in",
            trigger: ".modal .o_field_widget[name=product_id] input:value(Rough sapphire)",
        },
        {
            trigger: ".modal .o_field_widget[name=loss_kind] label:contains(Rejection)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=qty] input",
            run: "edit 2.5",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit Cracked",
        },
        {
            trigger: ".modal button[name=action_record]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) [name=balance_text]:contains(rejected 2.50)",
        },
        {
            trigger: ".o_kanban_record:contains(Cracked) button:contains(Take Back)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit Counted twice",
        },
        {
            trigger: ".modal button[name=action_reverse]",
            run: "click",
        },
        {
            content: "Both stay",
            trigger:
                "body:not(:has(.modal)) .o_kanban_renderer:has(.o_kanban_record:contains(Cracked)):contains(Counted twice)",
        },
    ],
});
