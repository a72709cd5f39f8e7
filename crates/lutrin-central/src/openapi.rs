//! The description of the wire, made from the handlers and the protocol's types.

use lutrin_protocol::proof::PROOF_HEADER;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};

use crate::routes;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "lutrin-central",
        description = "What reviewers' machines and the depositing application say to the service. \
                       Errors are problem details (RFC 9457)."
    ),
    modifiers(&WhoAsks),
    paths(
        routes::about::show,
        routes::sessions::open,
        routes::sessions::renew,
        routes::sessions::end,
        routes::catalogue::show,
        routes::changes::list,
        routes::changes::compare,
        routes::events::listen,
        routes::carried::show,
        routes::carried::replace,
        routes::journal::put,
        routes::juries::list,
        routes::receipts::tell,
        routes::dossiers::show,
        routes::decisions::push,
        routes::documents::read,
        routes::documents::put,
        routes::intake::take_in,
    )
)]
struct Api;

/// The description of the wire.
pub fn document() -> Document {
    Api::openapi()
}

struct WhoAsks;

impl Modify for WhoAsks {
    fn modify(&self, document: &mut Document) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let proof = ApiKey::Header(ApiKeyValue::with_description(
            PROOF_HEADER,
            "A device's signature of one body for one address.",
        ));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("access_token", SecurityScheme::Http(bearer));
        components.add_security_scheme("proof", SecurityScheme::ApiKey(proof));
    }
}
