//! Writes that no request waits for.

use super::handle::Db;
use super::unit_of_work::WriteOwner;
use super::work::Work;

impl Db {
    /// How many writes of [`Db::write_later`] are running.
    pub fn under_way(&self) -> usize {
        self.background.lock().len()
    }

    /// Writes rows of `owner` without blocking the request. Returns false if the same write, identified by `kind` and
    /// `id`, is already running. A failure is only logged, so the write must be one that a later request repeats.
    pub fn write_later(
        &self,
        owner: impl Into<WriteOwner>,
        kind: &'static str,
        id: i64,
        work: impl Work<()>,
    ) -> bool {
        let owner = owner.into();
        let subject = (owner.owner, kind, id);
        if !self.background.begin(subject) {
            return false;
        }
        let db = self.clone();
        actix_web::rt::spawn(async move {
            if let Err(error) = db.write(owner, work).await {
                tracing::warn!(%error, "the use of a {kind} was not recorded; the next use will be");
            }
            db.background.lock().remove(&subject);
        });
        true
    }
}
