//! The description of the wire, made from the handlers and the protocol's types.

use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};

use crate::routes;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "lutrin-central",
        description = "What reviewers' machines and the depositing application say to the service. \
                       Errors are problem details (RFC 9457)."
    ),
    modifiers(&AccessToken),
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

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut Document) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("access_token", SecurityScheme::Http(bearer));
    }
}
