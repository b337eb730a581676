//! Rate limits per client address, for password attempts and new accounts.
//!
//! They are per process and protect the CPU from password hashing. The exact count per account is in the database, see
//! `accounts::attempts`.
//!
//! More than 300 lines, because a third of the file is tests with a fake clock.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{Quota, RateLimiter};

/// How many attempts can be made in a row, and the time after which another one is allowed.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    burst: NonZeroU32,
    refill: Duration,
}

impl Limit {
    /// For attempts with a password.
    pub const SIGN_IN: Self = Self {
        burst: NonZeroU32::new(60).unwrap(),
        refill: Duration::from_secs(1),
    };

    pub fn per_hour(max: NonZeroU32) -> Self {
        Self {
            burst: max,
            refill: Duration::from_hours(1) / max.get(),
        }
    }

    /// The limit multiplied by `factor`.
    fn times(self, factor: u32) -> Self {
        Self {
            burst: self
                .burst
                .saturating_mul(NonZeroU32::new(factor).unwrap_or(NonZeroU32::MIN)),
            refill: self.refill / factor,
        }
    }

    fn quota(self) -> Quota {
        Quota::with_period(self.refill)
            .unwrap_or(Quota::per_second(self.burst))
            .allow_burst(self.burst)
    }
}

/// The limit of a /48 is this many times that of a /64. A /48 can belong to one customer or to 65,536 of them.
const SITE_FACTOR: u32 = 4;
/// After this many attempts, clients whose limit is completely restored are removed from memory.
const SWEEP_INTERVAL: u32 = 1024;

/// Counts attempts per client address. IPv6 clients share a count per /64, the smallest network of one customer, and a
/// wider one per /48, because one customer can have many /64.
pub struct Guard<C: Clock = DefaultClock> {
    clients: Counts<C>,
    sites: Counts<C>,
    attempts: AtomicU32,
}

impl<C: Clock> fmt::Debug for Guard<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("clients", &self.clients.limiter.len())
            .finish_non_exhaustive()
    }
}

impl Guard {
    /// `limit` is per client.
    pub fn new(limit: Limit) -> Self {
        Self::with_clock(limit, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Guard<C> {
    fn with_clock(limit: Limit, clock: C) -> Self {
        Self {
            clients: Counts::new(limit, clock.clone()),
            sites: Counts::new(limit.times(SITE_FACTOR), clock),
            attempts: AtomicU32::new(0),
        }
    }

    /// Counts an attempt before its outcome is known. The error is the number of seconds, at least 1, after which the
    /// client can try again.
    pub fn admit(&self, client: IpAddr) -> Result<(), u64> {
        if self.attempts.fetch_add(1, Ordering::Relaxed) % SWEEP_INTERVAL == SWEEP_INTERVAL - 1 {
            self.clients.limiter.retain_recent();
            self.sites.limiter.retain_recent();
        }
        if let Some(site) = site(client) {
            self.sites.admit(site)?;
        }
        self.clients.admit(network(client))
    }

    /// Subtracts an attempt, because it succeeded.
    pub fn forgive(&self, client: IpAddr) {
        self.clients.forgive(network(client));
        if let Some(site) = site(client) {
            self.sites.forgive(site);
        }
    }
}

/// The attempts of addresses or networks under one limit.
struct Counts<C: Clock> {
    limiter: RateLimiter<IpAddr, Tally, C, NoOpMiddleware<C::Instant>>,
    tally: Tally,
    limit: Limit,
}

impl<C: Clock> Counts<C> {
    fn new(limit: Limit, clock: C) -> Self {
        let tally = Tally::default();
        Self {
            limiter: RateLimiter::new(limit.quota(), tally.clone(), clock),
            tally,
            limit,
        }
    }

    fn admit(&self, key: IpAddr) -> Result<(), u64> {
        self.limiter.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(self.limiter.clock().now());
            wait.as_secs() + u64::from(wait.subsec_nanos() > 0 || wait.is_zero())
        })
    }

    fn forgive(&self, key: IpAddr) {
        if let Some(state) = self.tally.lock().get_mut(&key) {
            *state = state.saturating_sub(self.limit.refill.into());
        }
    }
}

/// An IPv4 address, or the /64 of an IPv6 address.
pub(crate) fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

/// The /48 of an IPv6 address.
fn site(client: IpAddr) -> Option<IpAddr> {
    match client.to_canonical() {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => Some(IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & (u128::MAX << 80),
        ))),
    }
}

/// The state of each client. The stores of `governor` can't subtract an attempt.
#[derive(Clone, Default)]
struct Tally(Arc<Mutex<HashMap<IpAddr, Nanos>>>);

impl Tally {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Nanos>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Tally {
    type Key = IpAddr;

    fn measure_and_replace<T, F, E>(&self, key: &IpAddr, judge: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut states = self.lock();
        let (outcome, state) = judge(states.get(key).copied())?;
        states.insert(*key, state);
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<IpAddr> for Tally {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().retain(|_, state| *state >= drop_below);
    }

    fn len(&self) -> usize {
        self.lock().len()
    }

    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn guard() -> (Guard<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Guard::with_clock(Limit::SIGN_IN, clock.clone()), clock)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn sixty_attempts_pass_and_then_one_per_second() {
        let (guard, clock) = guard();
        let client = ip("203.0.113.9");
        assert!((0..60).all(|_| guard.admit(client).is_ok()));
        assert_eq!(guard.admit(client), Err(1));
        assert_eq!(guard.admit(client), Err(1));
        clock.advance(Duration::from_millis(900));
        assert_eq!(guard.admit(client), Err(1));
        clock.advance(Duration::from_millis(100));
        assert_eq!(guard.admit(client), Ok(()));
        assert_eq!(guard.admit(client), Err(1));
        clock.advance(Duration::from_mins(1));
        assert!((0..60).all(|_| guard.admit(client).is_ok()));
        assert!(guard.admit(client).is_err());
    }

    #[test]
    fn a_successful_attempt_does_not_count() {
        let (guard, _) = guard();
        let client = ip("203.0.113.9");
        for _ in 0..1_000 {
            guard.admit(client).unwrap();
            guard.forgive(client);
        }
        assert!((0..60).all(|_| guard.admit(client).is_ok()));
        assert!(guard.admit(client).is_err());
        guard.forgive(client);
        assert!(guard.admit(client).is_ok());
    }

    #[test]
    fn forgiving_too_often_gives_no_credit() {
        let (guard, clock) = guard();
        let client = ip("203.0.113.9");
        clock.advance(Duration::from_secs(1_000));
        guard.admit(client).unwrap();
        (0..100).for_each(|_| guard.forgive(client));
        assert!((0..60).all(|_| guard.admit(client).is_ok()));
        assert!(guard.admit(client).is_err());
        guard.forgive(ip("198.51.100.1"));
    }

    #[test]
    fn one_client_does_not_lock_out_another() {
        let (guard, _) = guard();
        while guard.admit(ip("203.0.113.9")).is_ok() {}
        assert!(guard.admit(ip("203.0.113.10")).is_ok());
    }

    #[test]
    fn a_client_is_an_ipv4_address_or_an_ipv6_network() {
        assert_eq!(
            network(ip("2001:db8:1:2::1")),
            network(ip("2001:db8:1:2:ffff::9"))
        );
        assert_ne!(network(ip("2001:db8:1:2::1")), network(ip("2001:db8:1:3::1")));
        assert_eq!(network(ip("::ffff:203.0.113.9")), ip("203.0.113.9"));
        assert_ne!(network(ip("203.0.113.9")), network(ip("203.0.113.10")));
    }

    #[test]
    fn many_networks_of_one_site_share_a_wider_limit() {
        let (guard, clock) = guard();
        let client = |n: u128| IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_0001_u128 << 80) | (n << 64)));
        assert!((0..240).all(|n| guard.admit(client(n)).is_ok()));
        assert_eq!(guard.admit(client(240)), Err(1));
        assert!(guard.admit(ip("2001:db8:2::1")).is_ok(), "another site");
        guard.forgive(client(0));
        assert!(guard.admit(client(240)).is_ok());
        clock.advance(Duration::from_secs(1));
        assert!((300..304).all(|n| guard.admit(client(n)).is_ok()));
        assert!(guard.admit(client(304)).is_err());
    }

    #[test]
    fn attempts_per_hour_are_restored_one_by_one() {
        let clock = FakeRelativeClock::default();
        let limit = Limit::per_hour(NonZeroU32::new(10).unwrap());
        let guard = Guard::with_clock(limit, clock.clone());
        let client = ip("203.0.113.9");
        assert!((0..10).all(|_| guard.admit(client).is_ok()));
        assert_eq!(guard.admit(client), Err(360));
        guard.forgive(client);
        assert!(guard.admit(client).is_ok(), "a failed registration");
        assert_eq!(guard.admit(client), Err(360));
        clock.advance(Duration::from_mins(6));
        assert!(guard.admit(client).is_ok());
        assert!(guard.admit(client).is_err());
    }

    #[test]
    fn clients_with_a_restored_limit_are_removed() {
        let (guard, clock) = guard();
        for n in 0..100_000_u32 {
            assert!(guard.admit(IpAddr::V4(n.into())).is_ok());
            clock.advance(Duration::from_millis(10));
        }
        assert!(guard.clients.limiter.len() < 2_000, "{guard:?}");
    }
}
