//! Pages and server functions: Leptos' routes, with what they find in context.

use crate::{assets::Site, headers, incident::Incident, server_functions, session};
use app::{
    App,
    caller::{PublicUrl, Secure, SignedIn},
    error::IncidentId,
    shell::{document::document, session::SandboxOn},
};
use axum::{Router, extract::Request, middleware, response::IntoResponse};
use http::{HeaderValue, header, request::Parts};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list_with_exclusions};
use service::Service;

/// What every page and server function is given. Cheap to clone: one a request.
#[derive(Debug, Clone)]
pub struct PageContext {
    /// Whether a development server reloads pages.
    pub(crate) watching: bool,
    /// The use cases; absent where server functions are tested alone.
    pub(crate) service: Option<Service>,
    /// Whether people come over TLS.
    pub(crate) secure: bool,
    /// Whether the sandbox plays the providers in this process.
    pub(crate) sandbox: bool,
    /// The address that people open, where one is set.
    pub(crate) public_url: Option<String>,
}

impl PageContext {
    /// Provides it to the request being answered: for pages by
    /// `leptos_routes_with_context`, for server functions by
    /// `handle_server_fns_with_context`.
    pub fn provide(&self) {
        if let Some(parts) = use_context::<Parts>() {
            if let Some(Incident(id)) = parts.extensions.get::<Incident>() {
                provide_context(IncidentId(id.clone()));
            }
            if let Some(signed_in) = parts.extensions.get::<SignedIn>() {
                provide_context(signed_in.clone());
            }
        }
        if let Some(service) = &self.service {
            provide_context(service.clone());
        }
        provide_context(Secure(self.secure));
        provide_context(SandboxOn(self.sandbox));
        provide_context(PublicUrl(self.public_url.clone()));
        // Pages have a nonce by now, server functions do not.
        if let Some((nonce, response)) = use_nonce().zip(use_context::<ResponseOptions>())
            && let Ok(policy) =
                HeaderValue::from_str(&headers::content_security_policy(&nonce, self.watching))
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// Routes for every page, the page for what is not there, and `/_fn`.
pub fn routes(site: &Site, context: PageContext) -> Router {
    let options = site.leptos_options();
    let files = site.files();
    let shell = {
        let options = options.clone();
        move || document(&files, &options)
    };

    // Server functions get routes of their own, with layers that pages do without.
    let functions = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.to_owned())
        .collect();
    let pages = generate_route_list_with_exclusions(App, Some(functions));

    let provide = {
        let context = context.clone();
        move || context.provide()
    };
    let missing = leptos_axum::render_app_to_stream_with_context(provide.clone(), shell.clone());
    Router::<LeptosOptions>::new()
        .leptos_routes_with_context(&options, pages, provide, shell)
        .fallback(move |request: Request| {
            let missing = missing.clone();
            async move { missing(request).await.into_response() }
        })
        .with_state(options)
        .layer(middleware::from_fn(session::require_sign_in))
        .merge(server_functions::routes(context))
}
