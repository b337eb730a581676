//! Limits the open connections of each client, so that none can use all of them.

use std::any::Any;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::body::MessageBody;
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::rt::net::TcpStream;
use actix_web::{Error, HttpResponse};
use ipnet::IpNet;
use rustix::net::{Shutdown, shutdown};

use crate::web::rate::network;

/// Enough for forty browsers behind one address, and a sixteenth of what one worker accepts.
const MAX_PER_CLIENT: u32 = 256;

/// The open connections of each client address. IPv6 clients share one count per /64; proxies in `TRUSTED_PROXIES` are
/// not counted, because everybody shares them.
#[derive(Debug)]
pub struct Connections {
    trusted: Vec<IpNet>,
    open: Mutex<HashMap<IpAddr, u32>>,
}

/// Stored in a connection's data. Dropped with the connection, it lowers the count.
#[derive(Debug)]
struct Counted {
    connections: Arc<Connections>,
    client: IpAddr,
}

/// Stored in the data of a connection over the limit.
#[derive(Debug)]
struct Refused;

impl Connections {
    pub fn new(trusted: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self {
            trusted,
            open: Mutex::default(),
        })
    }

    /// Counts an accepted connection for as long as `data` lives. Over the limit it is closed, and the result is false.
    ///
    /// actix can't refuse a connection. One that is shut down in both directions ends at its first read.
    pub fn accept(self: &Arc<Self>, io: &dyn Any, data: &mut Extensions) -> bool {
        let Some(stream) = io.downcast_ref::<TcpStream>() else {
            return true;
        };
        let Ok(peer) = stream.peer_addr() else {
            return true;
        };
        let peer = peer.ip().to_canonical();
        if self.trusted.iter().any(|net| net.contains(&peer)) {
            return true;
        }
        if let Some(counted) = self.count(network(peer)) {
            data.insert(counted);
            return true;
        }
        data.insert(Refused);
        // An error means that the client has closed it already.
        let _ = shutdown(stream, Shutdown::Both);
        false
    }

    fn count(self: &Arc<Self>, client: IpAddr) -> Option<Counted> {
        let mut all = self.lock();
        let open = all.entry(client).or_default();
        if *open >= MAX_PER_CLIENT {
            return None;
        }
        *open += 1;
        drop(all);
        Some(Counted {
            connections: Arc::clone(self),
            client,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut all = self.connections.lock();
        if let Some(open) = all.get_mut(&self.client) {
            *open -= 1;
            if *open == 0 {
                all.remove(&self.client);
            }
        }
    }
}

/// Middleware: does not run a request whose connection is over the limit, because its response could not be sent.
pub async fn refuse(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if req.conn_data::<Refused>().is_some() {
        let closed = HttpResponse::ServiceUnavailable().force_close().finish();
        return Ok(req.into_response(closed).map_into_right_body());
    }
    Ok(next.call(req).await?.map_into_left_body())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_its_own_count_and_gets_back_what_it_closes() {
        let connections = Connections::new(Vec::new());
        let [one, other] = ["203.0.113.9", "203.0.113.10"].map(|text| text.parse().unwrap());
        let mut held: Vec<Counted> = (0..MAX_PER_CLIENT)
            .map(|_| connections.count(one).unwrap())
            .collect();
        assert!(connections.count(one).is_none());
        assert!(connections.count(other).is_some());
        held.pop();
        held.push(connections.count(one).unwrap());
        assert!(connections.count(one).is_none());
        drop(held);
        assert!(connections.lock().is_empty());
    }
}
