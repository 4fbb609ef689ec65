import { registry } from "@web/core/registry";

/**
 * An operator works numbered units on the phone: the next one, chosen ones, and finishes some of them.
 */
registry.category("web_tour.tours").add("mrp_production_stage_units", {
    steps: () => [
        {
            trigger:
                ".o_kanban_record:contains(Cutting):contains(0 of 12) button:contains(Start Next)",
            run: "click",
        },
        {
            content: "Unit 1 is in my hands",
            trigger:
                ".o_kanban_record:contains(In progress) [title='In your hands'] + span:contains(1)",
        },
        {
            trigger: ".o_kanban_record button:contains(Choose Units)",
            run: "click",
        },
        {
            content: "The dialog says which can be started",
            trigger: ".modal .o_field_widget[name=free_units]:contains(2–12)",
        },
        {
            trigger: ".modal .o_field_widget[name=numbers] input",
            run: "edit 4-5",
        },
        {
            trigger: ".modal button[name=action_start]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_kanban_record:contains('1, 4–5') button:contains(Finish)",
            run: "click",
        },
        {
            content: "One's own units are there, all chosen; leave one out",
            trigger:
                ".modal .o_field_widget[name=unit_line_ids] .o_data_row:nth-child(3) .o_boolean_toggle input:checked",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_finish]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_kanban_record:contains(Cutting):contains(2 of 12)",
        },
    ],
});

/**
 * A supervisor reads from the grid where each unit is.
 */
registry.category("web_tour.tours").add("mrp_production_stage_unit_grid", {
    steps: () => [
        {
            trigger: "a[name=units]",
            run: "click",
        },
        {
            trigger: ".o_production_units tr[data-unit='1'] [data-status=done]",
        },
        {
            content: "Somebody works on unit 3",
            trigger: ".o_production_units tr[data-unit='3']:contains(Olga) [data-status=progress]",
        },
        {
            trigger: ".o_production_units button:contains(In hand):contains(1)",
            run: "click",
        },
        {
            trigger: ".o_production_units tbody:not(:has(tr[data-unit='1'])) tr[data-unit='3']",
        },
    ],
});
