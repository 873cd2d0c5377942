import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const WAIT = 15000; // Milliseconds; a phone indoors takes its time

/**
 * Takes the location of the phone into `latitude` and `longitude`, but only when it is
 * tapped: nobody is followed.
 */
export class PhonePlace extends Component {
    static template = "truck_crm.PhonePlace";
    static props = {...standardWidgetProps};

    setup() {
        this.notification = useService("notification");
        this.state = useState({isAsking: false});
    }

    get isKnown() {
        const {latitude, longitude} = this.props.record.data;
        return Boolean(latitude || longitude);
    }

    get text() {
        const {latitude, longitude} = this.props.record.data;
        return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
    }

    async onTake() {
        this.state.isAsking = true;
        try {
            const {coords} = await this.ask();
            await this.props.record.update({
                latitude: coords.latitude,
                longitude: coords.longitude,
            });
        } catch (error) {
            this.notification.add(this.explain(error), {type: "warning"});
        } finally {
            this.state.isAsking = false;
        }
    }

    async onForget() {
        await this.props.record.update({latitude: 0, longitude: 0});
    }

    ask() {
        return new Promise((resolve, reject) => {
            if (!navigator.geolocation) {
                reject(new Error("no geolocation"));
                return;
            }
            navigator.geolocation.getCurrentPosition(resolve, reject, {
                enableHighAccuracy: true,
                timeout: WAIT,
                maximumAge: 60000,
            });
        });
    }

    explain(error) {
        // Codes of GeolocationPositionError
        if (error.code === 1) {
            return _t(
                "The browser may not tell the location. Allow it for this site in the browser’s settings, or type the place."
            );
        }
        if (error.code === 2 || error.code === 3) {
            return _t(
                "The location could not be found. Try once more outdoors, or type the place."
            );
        }
        return _t("This browser knows no location. Type the place instead.");
    }
}

registry.category("view_widgets").add("truck_phone_place", {
    component: PhonePlace,
    fieldDependencies: [
        {name: "latitude", type: "float"},
        {name: "longitude", type: "float"},
    ],
});
