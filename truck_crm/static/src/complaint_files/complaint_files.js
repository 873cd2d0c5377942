import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

/**
 * Refuses too many or too large files where they are chosen: sent, a video of a phone
 * would end at the limit of the request, and what was typed with it would be gone.
 */
export class ComplaintFiles extends Interaction {
    static selector = "input.o_truck_complaint_files";
    dynamicContent = {
        _root: {"t-on-change": this.check},
    };

    check() {
        const {most, megabytes, tooMany, tooLarge} = this.el.dataset;
        const files = [...this.el.files];
        const large = files.find((file) => file.size > megabytes * 1024 * 1024);
        let problem = "";
        if (files.length > most) {
            problem = tooMany;
        } else if (large) {
            problem = `${large.name}: ${tooLarge}`;
        }
        // the browser shows it, and sends nothing until other files are chosen
        this.el.setCustomValidity(problem);
        this.el.reportValidity();
    }
}

registry
    .category("public.interactions")
    .add("truck_crm.complaint_files", ComplaintFiles);
