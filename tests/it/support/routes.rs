//! All registered routes, from the router of the app.

use actix_web::{HttpRequest, HttpResponse, web};

use super::app::App;
use super::wire::Request;

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// For example `/expenses/{id}/edit`.
    pub pattern: String,
    /// `GET`, `POST`…; `HEAD` is not named beside `GET`.
    pub method: String,
}

impl App {
    /// All routes, from the router that handles requests, so that no new route is missing.
    pub fn routes(&self) -> Vec<Route> {
        let nobody = self.anonymous();
        let mut routes = Vec::new();
        for pattern in patterns(&self.map()) {
            let target = fill(&pattern, "1");
            let answer = nobody.send(&Request::new("NONSENSE", &target)).expect(405);
            let allowed = answer.header("allow").expect("a 405 says what is allowed");
            for method in allowed.split(", ").filter(|method| *method != "HEAD") {
                routes.push(Route {
                    pattern: pattern.clone(),
                    method: method.to_owned(),
                });
            }
        }
        routes.sort();
        routes
    }

    /// The router's description of itself.
    fn map(&self) -> String {
        async fn tell(req: HttpRequest) -> HttpResponse {
            HttpResponse::Ok().body(format!("{:#?}", req.resource_map()))
        }
        let state = self.state.clone();
        let body = actix_web::rt::System::new().block_on(async move {
            let app = actix_web::App::new()
                .route(MAP, web::get().to(tell))
                .configure(expense_tracker::app::configure(state));
            let service = actix_web::test::init_service(app).await;
            let request = actix_web::test::TestRequest::get().uri(MAP).to_request();
            actix_web::test::call_and_read_body(&service, request).await
        });
        String::from_utf8(body.to_vec()).unwrap()
    }
}

const MAP: &str = "/__map";

/// The path of a pattern with every parameter filled with `value`.
pub fn fill(pattern: &str, value: &str) -> String {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        path.push_str(value);
        rest = after.split_once('}').expect("a parameter ends").1;
    }
    path + rest
}

/// The patterns in the router's description: scopes by their depth, resources below them.
fn patterns(map: &str) -> Vec<String> {
    let mut scopes: Vec<(usize, String)> = Vec::new();
    let mut found = Vec::new();
    let mut lines = map.lines();
    while let Some(line) = lines.next() {
        let depth = line.len() - line.trim_start().len();
        if line.trim() == "named: {" {
            // Resources with a name, which the list of all has as well.
            let end = format!("{}}},", " ".repeat(depth));
            lines.find(|line| *line == end).expect("it ends");
        }
        if line.trim() != "patterns: Single(" {
            continue;
        }
        let pattern = lines.next().unwrap().trim().trim_matches(['"', ',']).to_owned();
        let is_scope = lines
            .find(|line| line.contains("is_prefix"))
            .unwrap()
            .contains("true");
        scopes.retain(|(other, _)| *other < depth);
        let whole = scopes.iter().map(|(_, part)| part.as_str()).collect::<String>() + &pattern;
        if is_scope {
            scopes.push((depth, pattern));
        } else if whole != MAP {
            found.push(whole);
        }
    }
    assert!(found.len() > 20, "the description is read right: {found:?}");
    found
}
