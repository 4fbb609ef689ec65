import { registry } from "@web/core/registry";

/**
 * A supervisor sees where the runs of a template stand, and opens those at one stage.
 */
registry.category("web_tour.tours").add("mrp_production_stage_processes", {
    steps: () => [
        {
            trigger:
                ".o_kanban_record:contains(Arabica Premium 250 g):contains(3 active):contains(1 overdue)",
        },
        {
            trigger:
                ".o_kanban_record:contains(Arabica Premium 250 g) .o_run_stage:contains(Grinding):contains(1)",
            run: "click",
        },
        {
            content: "Only the run that stands there",
            trigger:
                ".o_list_view .o_data_row:only-child td[name=current_stage_name]:contains(Grinding)",
        },
    ],
});
