//! Ids made by the program: positive 64-bit numbers in order of time, never used twice by any instance.
//!
//! From the left: 41 bits of milliseconds since 2025-01-01 UTC (enough until 2093), 10 bits of the node,
//! 12 bits that count within the millisecond. The database gives each process its own node number, so a restarted process
//! can't repeat the ids that its predecessor borrowed from later milliseconds.
//!
//! Unlike common Snowflake crates, making an id never waits: when a millisecond has no number left, it uses the next one.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

/// How many nodes there can be at one time: node numbers are 0 to 1023.
pub const NODES: u16 = 1 << NODE_BITS;

const NODE_BITS: u32 = 10;
const COUNT_BITS: u32 = 12;
/// 2025-01-01T00:00:00Z in milliseconds since 1970.
const EPOCH: i64 = 1_735_689_600_000;
/// A clock or id beyond this is wrong. The year above it is reserved for borrowing: beyond the 41 bits ids would be
/// negative.
const LAST_MILLISECOND: i64 = (1 << 41) - 1 - 365 * 86_400_000;

type Clock = Box<dyn Fn() -> i64 + Send + Sync>;

/// Makes ids; one per process, shared by all threads without a lock.
pub struct IdMaker {
    node: i64,
    clock: Clock,
    /// Milliseconds and count of the last id, without the node bits between them: a number that only grows.
    last: AtomicI64,
}

impl fmt::Debug for IdMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdMaker")
            .field("node", &self.node)
            .finish_non_exhaustive()
    }
}

impl IdMaker {
    /// A maker for this node number (below [`NODES`]) and a clock in milliseconds since 1970-01-01 UTC.
    pub fn new(node: u16, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            node: i64::from(node % NODES),
            clock: Box::new(clock),
            last: AtomicI64::new(0),
        }
    }

    /// Makes every later id greater than `id`, which is the greatest one in the database: the clock may have been set back
    /// since.
    pub fn stay_above(&self, id: i64) {
        let moment = (id.max(0) >> (NODE_BITS + COUNT_BITS)).min(LAST_MILLISECOND) << COUNT_BITS;
        // The highest count of that millisecond, because ids of other nodes don't sort by their count.
        self.last
            .fetch_max(moment | ((1 << COUNT_BITS) - 1), Ordering::Relaxed);
    }

    /// The next id: greater than all that came before. Never waits: when the clock stands still or goes back, or
    /// the 4,096 ids of a millisecond are used up, it borrows from the milliseconds to come.
    pub fn next(&self) -> i64 {
        let now = ((self.clock)() - EPOCH).clamp(0, LAST_MILLISECOND) << COUNT_BITS;
        let following = |last: i64| now.max(last + 1);
        let before = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(following(last)))
            .unwrap_or_else(|last| last);
        let moment_and_count = following(before);
        let moment = moment_and_count >> COUNT_BITS;
        let count = moment_and_count & ((1 << COUNT_BITS) - 1);
        (moment << (NODE_BITS + COUNT_BITS)) | (self.node << COUNT_BITS) | count
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::{Arc, Mutex};

    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = EPOCH + 59_875_200_000;

    /// A clock that goes through these readings and then stays at the last.
    fn readings(readings: Vec<i64>) -> impl Fn() -> i64 + Send + Sync {
        let at = Mutex::new(0);
        move || {
            let mut at = at.lock().unwrap();
            let reading = readings[*at];
            *at = (*at + 1).min(readings.len() - 1);
            reading
        }
    }

    #[test]
    fn an_id_holds_time_node_and_count() {
        let ids = IdMaker::new(5, || NOW);
        let first = ids.next();
        assert_eq!(first >> 22, NOW - EPOCH);
        assert_eq!((first >> 12) & 1023, 5);
        assert_eq!(first & 4095, 0);
        assert_eq!(ids.next(), first + 1);
    }

    #[test]
    fn a_thousand_for_a_batch_come_at_once_and_in_order() {
        let ids = IdMaker::new(0, || NOW);
        let batch: Vec<i64> = (0..1_000).map(|_| ids.next()).collect();
        assert!(batch.is_sorted_by(|a, b| a < b));
        assert_eq!(batch[999] >> 22, NOW - EPOCH);
    }

    #[test]
    fn a_full_millisecond_borrows_from_the_next() {
        let ids = IdMaker::new(1023, || NOW);
        let made: Vec<i64> = (0..10_000).map(|_| ids.next()).collect();
        assert!(made.is_sorted_by(|a, b| a < b));
        assert_eq!(made[4_096] >> 22, NOW - EPOCH + 1);
        assert!(made.iter().all(|id| (id >> 12) & 1023 == 1023));
    }

    #[test]
    fn a_clock_set_back_does_not_bring_an_id_back() {
        let ids = IdMaker::new(3, readings(vec![NOW, NOW - 3_600_000, NOW - 1, NOW + 1]));
        let made: Vec<i64> = (0..4).map(|_| ids.next()).collect();
        assert!(made.is_sorted_by(|a, b| a < b));
        assert_eq!(made[3] >> 22, NOW + 1 - EPOCH);
    }

    #[test]
    fn a_clock_outside_the_years_of_the_ids_still_gives_positive_ids() {
        for reading in [0, EPOCH, i64::MIN / 2, EPOCH + LAST_MILLISECOND, i64::MAX / 2] {
            let ids = IdMaker::new(0, move || reading);
            // More than fit into a millisecond.
            assert!((0..10_000).all(|_| ids.next() > 0), "{reading}");
        }
    }

    #[test]
    fn the_greatest_number_of_all_in_the_database_still_leaves_positive_ids() {
        let ids = IdMaker::new(0, || NOW);
        ids.stay_above(i64::MAX);
        assert!((0..10_000).all(|_| ids.next() > 0));
    }

    #[test]
    fn a_number_from_the_database_is_never_reached_again() {
        let found = IdMaker::new(1023, || NOW + 5_000).next();
        let ids = IdMaker::new(0, || NOW);
        ids.stay_above(found);
        assert!(ids.next() > found);
        ids.stay_above(7);
        ids.stay_above(-1);
        assert!(ids.next() > found);
    }

    #[test]
    fn threads_and_nodes_never_share_an_id() {
        let start = std::time::Instant::now();
        let clock = move || NOW + i64::try_from(start.elapsed().as_millis()).unwrap();
        let makers: Vec<_> = (0..4).map(|node| Arc::new(IdMaker::new(node, clock))).collect();
        let made: Vec<Vec<i64>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|thread| {
                    let maker = Arc::clone(&makers[thread % 4]);
                    scope.spawn(move || (0..20_000).map(|_| maker.next()).collect::<Vec<_>>())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(made.iter().all(|ids| ids.is_sorted_by(|a, b| a < b)));
        let all: HashSet<i64> = made.into_iter().flatten().collect();
        assert_eq!(all.len(), 160_000);
        assert!(all.iter().all(|id| *id > 0));
    }

    proptest! {
        #[test]
        fn ids_grow_whatever_the_clock_does(steps in prop::collection::vec(-5_000_i64..5_000, 1..200), node in 0_u16..NODES) {
            let ids = IdMaker::new(node, readings(steps.iter().map(|step| NOW + step).collect()));
            let made: Vec<i64> = steps.iter().map(|_| ids.next()).collect();
            prop_assert!(made.is_sorted_by(|a, b| a < b));
        }
    }
}
