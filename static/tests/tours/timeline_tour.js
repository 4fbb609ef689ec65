import { registry } from "@web/core/registry";

/**
 * A supervisor reads what happened at each stage of an order, in the office or on a phone.
 */
registry.category("web_tour.tours").add("mrp_production_stage_timeline", {
    steps: () => [
        {
            trigger: ".o_notebook a[name=timeline]",
            run: "click",
        },
        {
            content: "The stages in order, with what was used and who worked",
            trigger:
                ".o_production_timeline > li:first-child:contains(Roasting):contains(Green beans):contains(Olga)",
        },
        {
            trigger:
                ".o_production_timeline > li:first-child .o_production_timeline_event:contains(Finished 20)",
        },
        {
            trigger: ".o_production_timeline > li:nth-child(3):contains(Packing):contains(Bag)",
        },
    ],
});
