//! A run's page as the run goes on: server-sent events. The store is asked once in a while for each run that somebody
//! looks at, however many look at it; nobody looking, nobody asks.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use stepflow::{GraphPicture, RunId};
use stepflow_store::Runs;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::mask::Mask;
use super::part::part;
use super::show::picture;
use super::view::RunView;
use super::words::{plain, status_word};
use super::{Asked, Desk, Refusal};
use crate::auth::May;
use crate::{Mount, Visitor};

/// After that a browser asks again: who was signed out meanwhile, or is not there any more, is not told for long.
const LONGEST: Duration = Duration::from_secs(120);

pub(super) async fn live(State(desk): State<Desk>, asked: Asked, headers: HeaderMap) -> Response {
    match events(&desk, asked, &headers).await {
        Ok(response) => response,
        Err(refusal) => refusal.respond_json(),
    }
}

async fn events(desk: &Desk, asked: Asked, headers: &HeaderMap) -> Result<Response, Refusal> {
    asked.visitor.allow(May::Look)?;
    let run = asked.run()?;
    let Ok(seat) = Arc::clone(&desk.lookout().seats).try_acquire_owned() else {
        let retry = [(header::RETRY_AFTER, HeaderValue::from_static("60"))];
        return Ok((StatusCode::SERVICE_UNAVAILABLE, retry).into_response());
    };
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()).or_else(|| asked.one("version"));
    let seen = seen.and_then(|version| version.parse::<u64>().ok());
    let now = desk.runs().get(&run).await?;
    if now.status.is_finished() && seen == Some(now.version) {
        // Tells a browser not to ask again.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let viewer = Viewer {
        runs: desk.lookout().look(&run),
        mount: asked.mount,
        visitor: asked.visitor,
        seen,
        over: false,
        until: Box::pin(tokio::time::sleep(LONGEST)),
        _seat: seat,
    };
    let events = stream::unfold(viewer, |mut viewer| async move {
        let event = viewer.next().await?;
        Some((Ok::<_, Infallible>(event), viewer))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response())
}

/// Somebody who looks at a run.
struct Viewer {
    runs: watch::Receiver<Option<Arc<Moment>>>,
    mount: Mount,
    visitor: Visitor,
    seen: Option<u64>,
    over: bool,
    until: std::pin::Pin<Box<tokio::time::Sleep>>,
    _seat: OwnedSemaphorePermit,
}

impl Viewer {
    /// The next event: the page's part as it is now, and in the end that there are no more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.over {
                return None;
            }
            let moment = self.runs.borrow_and_update().clone();
            if let Some(moment) = moment {
                let run = &moment.run;
                if self.seen != Some(run.version) {
                    self.seen = Some(run.version);
                    return Some(self.event(&moment));
                }
                if run.status.is_finished() {
                    self.over = true;
                    return Some(Event::default().event("over").data(run.status.as_str()));
                }
            }
            tokio::select! {
                changed = self.runs.changed() => {
                    if changed.is_err() {
                        // Nobody asks for the run any more: it is gone, or cannot be read.
                        self.over = true;
                        return Some(Event::default().event("over").data("gone"));
                    }
                }
                () = &mut self.until => return None,
            }
        }
    }

    fn event(&self, moment: &Moment) -> Event {
        let run = &moment.run;
        let html = part(&self.mount, &self.visitor, run, &moment.picture).into_string();
        let step = run.step.as_ref().map(|step| format!(" at {}", plain(step))).unwrap_or_default();
        let told = format!("{}{step}", status_word(run.status, run.running));
        let data = serde_json::json!({ "version": run.version, "status": told, "html": html });
        Event::default().event("run").id(run.version.to_string()).data(data.to_string())
    }
}

/// A run as it was at some moment.
struct Moment {
    run: RunView,
    picture: Arc<GraphPicture>,
}

/// Looks at the runs that somebody looks at.
pub(crate) struct Lookout {
    watched: Arc<Watched>,
    seats: Arc<Semaphore>,
}

struct Watched {
    runs: Runs,
    mask: Option<Arc<Mask>>,
    refresh: Duration,
    senders: Mutex<BTreeMap<String, watch::Sender<Option<Arc<Moment>>>>>,
}

impl Lookout {
    pub(super) fn new(runs: Runs, mask: Option<Arc<Mask>>, refresh: Duration, viewers: usize) -> Self {
        let watched = Watched { runs, mask, refresh, senders: Mutex::new(BTreeMap::new()) };
        let seats = Arc::new(Semaphore::new(viewers.min(Semaphore::MAX_PERMITS)));
        Self { watched: Arc::new(watched), seats }
    }

    /// What is seen of this run, from now on.
    fn look(&self, run: &RunId) -> watch::Receiver<Option<Arc<Moment>>> {
        let mut senders = self.watched.senders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = senders.get(&run.to_string()) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(None);
        senders.insert(run.to_string(), sender.clone());
        tokio::spawn(Arc::clone(&self.watched).follow(run.clone(), sender));
        receiver
    }
}

impl Watched {
    /// Asks for the run until nobody looks at it, or it is over.
    async fn follow(self: Arc<Self>, run: RunId, sender: watch::Sender<Option<Arc<Moment>>>) {
        let mut picture = None;
        let mut seen = None;
        loop {
            match self.look_again(&run, seen, &mut picture).await {
                Ok(None) => {}
                Ok(Some(moment)) => {
                    seen = Some(moment.run.version);
                    let is_over = moment.run.status.is_finished();
                    sender.send_replace(Some(Arc::new(moment)));
                    if is_over {
                        break;
                    }
                }
                Err(error) if error.store_failure().is_some_and(stepflow_store::StoreError::is_transient) => {
                }
                Err(_) => break,
            }
            tokio::select! {
                () = sender.closed() => {
                    if self.forget(&run, &sender, false) {
                        return;
                    }
                }
                () = tokio::time::sleep(self.refresh) => {}
            }
        }
        self.forget(&run, &sender, true);
    }

    /// The run, if it has changed since.
    async fn look_again(
        &self,
        run: &RunId,
        seen: Option<u64>,
        picture: &mut Option<Arc<GraphPicture>>,
    ) -> Result<Option<Moment>, stepflow_store::RunsError> {
        if seen.is_some() && seen == Some(self.runs.version(run).await?) {
            return Ok(None);
        }
        let view = RunView::of(&self.runs.get(run).await?, self.mask.as_deref());
        // A picture is laid out anew only where the run goes on by another definition.
        let drawn = match picture.take() {
            Some(drawn) if *drawn.graph() == view.graph => drawn,
            _ => Arc::new(self::picture(&view)),
        };
        *picture = Some(Arc::clone(&drawn));
        Ok(Some(Moment { run: view, picture: drawn }))
    }

    /// Takes the run off the list; unless `anyway`, only if nobody has begun to look at it in the meantime. Answers
    /// whether it did.
    fn forget(&self, run: &RunId, sender: &watch::Sender<Option<Arc<Moment>>>, anyway: bool) -> bool {
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        if !anyway && sender.receiver_count() > 0 {
            return false;
        }
        senders.remove(&run.to_string());
        true
    }
}

impl fmt::Debug for Lookout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookout").field("refresh", &self.watched.refresh).finish_non_exhaustive()
    }
}
