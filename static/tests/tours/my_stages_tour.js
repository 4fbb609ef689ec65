import { registry } from "@web/core/registry";

/**
 * An operator works a stage on the phone: start, pause, resume, finish.
 */
registry.category("web_tour.tours").add("mrp_production_stage_my_stages", {
    steps: () => [
        {
            content: "Only what can be done now is there",
            trigger: ".o_kanban_view:not(:has(.o_kanban_record:contains(Packing)))",
        },
        {
            content: "Read the instruction",
            trigger: ".o_kanban_record:contains(Roasting) details summary",
            run: "click",
        },
        {
            trigger: ".o_kanban_record details[open]:contains(210)",
        },
        {
            trigger: ".o_kanban_record:contains(Roasting) button:contains(Start)",
            run: "click",
        },
        {
            content: "The clock runs",
            trigger: ".o_kanban_record:contains(In progress):contains(Olga)",
        },
        {
            trigger: ".o_kanban_record button:contains(Pause)",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(Paused) button:contains(Resume)",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(In progress) button:contains(Finish)",
            run: "click",
        },
        {
            content: "All units and the norm are filled in",
            trigger: ".modal .o_data_row:contains(Green beans) td[name=qty]:contains(5.2)",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit A little dark",
        },
        {
            trigger: ".modal button[name=action_finish]",
            run: "click",
        },
        {
            content: "The next stage waits for the beans to degas",
            trigger: "body:not(:has(.modal)) .o_view_nocontent:contains(Nothing to do right now)",
        },
    ],
});
