import { registry } from "@web/core/registry";

// As the pipeline lists them: the newest first.
const DEALS = [20, 30, 50, 50, 100];

/**
 * A sales person goes through five deals that are made in one batch: each shows its own part of it, and where it is.
 */
registry.category("web_tour.tours").add("mrp_production_stage_batch_deals", {
    steps: () => [
        {
            trigger: `.o_kanban_group:contains(Accepted for production) .o_kanban_record:contains(Flyers ${DEALS[0]})`,
            run: "click",
        },
        ...DEALS.flatMap((quantity, place) => [
            {
                content: "Its own quantity, and where the batch is",
                trigger:
                    `body:has(.o_pager_value:contains(/^${place + 1}$/)) .o_form_view:has([name=name] textarea:value(Flyers ${quantity})) ` +
                    `.o_production_block_order:contains(${quantity} Units of a batch of 250):contains(Cutting):contains(1 of 2 stages done)`,
            },
            ...(place + 1 < DEALS.length ? [{ trigger: ".o_pager_next", run: "click" }] : []),
        ]),
    ],
});
