//! Signs in by itself for a demonstration; in debug builds only.

use lutrin_app::App;

/// Signs in with what the demonstration put in the environment.
#[cfg(debug_assertions)]
pub(crate) async fn sign_in(app: &App) {
    use lutrin_app::Credentials;
    use lutrin_app::view::PhaseView;

    let given = |name: &str| std::env::var(name).ok();
    let (Some(service), Some(login), Some(password)) =
        (given("LUTRIN_DEMO_SERVICE"), given("LUTRIN_DEMO_LOGIN"), given("LUTRIN_DEMO_PASSWORD"))
    else {
        return;
    };
    if app.session().await.phase == PhaseView::SignedOut
        && let Err(error) =
            app.sign_in(Credentials { service, login, password, passphrase: None }).await
    {
        tracing::warn!(code = ?error.code, "demo.sign_in_failed");
    }
}

/// A released program signs nobody in.
#[cfg(not(debug_assertions))]
pub(crate) async fn sign_in(_app: &App) {
    std::future::ready(()).await;
}
