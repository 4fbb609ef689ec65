import { registry } from "@web/core/registry";

const ROASTING = ".o_production_timeline > li:first-child";

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
            trigger: `${ROASTING}:contains(Roasting):contains(Olga)`,
        },
        {
            content: "When and for how long",
            trigger: `${ROASTING}:contains(Worked 1 h 30 min)`,
        },
        {
            content: "What went in, beside its norm",
            trigger: `${ROASTING} .row > div:contains(Materials):contains(Green beans):contains(5.4 of 5.2 kg)`,
        },
        {
            content: "What came out",
            trigger: `${ROASTING} .row > div:contains(Came out):contains(Chaff):contains(0.2 kg)`,
        },
        {
            content: "What was lost",
            trigger: `${ROASTING} .row > div:contains(Lost):contains(Waste):contains(0.1 kg)`,
        },
        {
            content: "What was checked",
            trigger: `${ROASTING} div:contains(Checks):contains(Colour: 55 Agtron)`,
        },
        {
            content: "The photo, which is there",
            trigger: `${ROASTING} a img.o_production_timeline_photo`,
            async run() {
                this.anchor.loading = "eager";
                await this.anchor.decode();
                // Odoo has a picture of its own for what is not there.
                if (this.anchor.naturalWidth !== 1) {
                    throw new Error("This is not the photo of one pixel.");
                }
            },
        },
        {
            trigger: `${ROASTING} .o_production_timeline_event:contains(Finished 20):contains(Olga):contains(Dark)`,
        },
        {
            trigger: ".o_production_timeline > li:nth-child(3):contains(Packing):contains(Bag)",
        },
    ],
});
