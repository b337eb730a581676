//! Writes lines to standard error on its own thread, so that a slow reader blocks no request.

use std::fmt;
use std::io::{ErrorKind, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// In bytes, a few thousand lines. Further lines are lost.
const MAX_QUEUED: usize = 1 << 20;
/// The capacity in bytes that the buffer keeps when it is empty.
const IDLE_CAPACITY: usize = 64 << 10;

/// A queue of lines, cheap to clone.
#[derive(Clone, Default)]
pub struct Lines(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// Signalled when a line enters an empty queue, and when the thread has written its lines.
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<u8>,
    /// The thread is writing lines that it has removed from the queue.
    writing: bool,
    lost: u64,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

impl Lines {
    /// Starts the thread that writes to `sink`. If it can't be started, all lines are lost.
    pub fn to(sink: impl Write + Send + 'static) -> Self {
        let lines = Self::default();
        let queue = lines.clone();
        let _ = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || queue.write_all(sink));
        lines
    }

    /// Queues a line with its line break. Never waits: without room the line is lost.
    pub fn push(&self, line: &[u8]) {
        let mut queue = self.lock();
        if queue.waiting.len() + line.len() > MAX_QUEUED {
            queue.lost += 1;
            return;
        }
        let was_idle = queue.waiting.is_empty() && !queue.writing;
        queue.waiting.extend_from_slice(line);
        drop(queue);
        if was_idle {
            self.0.changed.notify_all();
        }
    }

    /// Waits until every queued line is written or lost, but no longer than `patience`.
    pub fn flush(&self, patience: Duration) {
        let unwritten = |queue: &mut Queue| queue.writing || !queue.waiting.is_empty();
        let _ = self
            .0
            .changed
            .wait_timeout_while(self.lock(), patience, unwritten);
    }

    /// The number of lines lost without room or by an error of the sink.
    pub fn lost(&self) -> u64 {
        self.lock().lost
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self, mut sink: impl Write) {
        let mut taken = Vec::new();
        let mut queue = self.lock();
        loop {
            queue = self
                .0
                .changed
                .wait_while(queue, |queue| queue.waiting.is_empty())
                .unwrap_or_else(PoisonError::into_inner);
            mem::swap(&mut taken, &mut queue.waiting);
            queue.writing = true;
            drop(queue);
            let lost = lines_lost(&mut sink, &taken);
            taken.clear();
            taken.shrink_to(IDLE_CAPACITY);
            queue = self.lock();
            queue.writing = false;
            queue.lost += lost;
            self.0.changed.notify_all();
        }
    }
}

/// Writes whole lines; returns how many were lost.
fn lines_lost(sink: &mut impl Write, mut lines: &[u8]) -> u64 {
    while !lines.is_empty() {
        match sink.write(lines) {
            Ok(written) if written > 0 => lines = lines.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // A closed pipe or a full disk. Later lines are tried again.
            _ => {
                return lines
                    .iter()
                    .fold(0, |lost, byte| lost + u64::from(*byte == b'\n'));
            }
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Instant;

    use super::*;

    const SOON: Duration = Duration::from_secs(30);

    /// A sink whose writes wait for an outcome from the test.
    struct Slow(Receiver<io::Result<usize>>, Sender<Vec<u8>>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let outcome = self.0.recv().unwrap_or(Ok(bytes.len()));
            let written = outcome?.min(bytes.len());
            let _ = self.1.send(bytes[..written].to_vec());
            Ok(written)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_arrive_in_their_order() {
        let ((_, outcomes), (sender, written)) = (channel(), channel());
        let lines = Lines::to(Slow(outcomes, sender));
        let mut expected = String::new();
        for number in 0..1000 {
            let line = format!("{number}\n");
            lines.push(line.as_bytes());
            expected.push_str(&line);
        }
        lines.flush(SOON);
        let all: Vec<u8> = written.try_iter().flatten().collect();
        assert_eq!(String::from_utf8(all).unwrap(), expected);
        assert_eq!(lines.lost(), 0);
    }

    #[test]
    fn an_error_of_the_sink_costs_the_lines_it_was_about() {
        let ((outcome, outcomes), (sender, written)) = (channel(), channel());
        let lines = Lines::to(Slow(outcomes, sender));
        outcome.send(Err(ErrorKind::BrokenPipe.into())).unwrap();
        lines.push(b"one\n");
        lines.flush(SOON);
        assert_eq!(lines.lost(), 1);
        outcome.send(Err(ErrorKind::Interrupted.into())).unwrap();
        outcome.send(Ok(2)).unwrap();
        outcome.send(Ok(99)).unwrap();
        lines.push(b"two\n");
        lines.flush(SOON);
        assert_eq!(lines.lost(), 1);
        assert_eq!(written.try_iter().flatten().collect::<Vec<u8>>(), b"two\n");
    }

    #[test]
    fn who_does_not_read_makes_nobody_wait_and_loses_what_has_no_room() {
        let ((outcome, outcomes), (sender, _written)) = (channel(), channel());
        let lines = Lines::to(Slow(outcomes, sender));
        let line = [vec![b'x'; 1023], vec![b'\n']].concat();
        let began = Instant::now();
        for _ in 0..4 * MAX_QUEUED / line.len() {
            lines.push(&line);
        }
        lines.flush(Duration::from_millis(50));
        assert!(began.elapsed() < SOON);
        // The lines being written and the queue hold less than twice `MAX_QUEUED`.
        assert!(
            lines.lost() >= (2 * MAX_QUEUED / line.len()) as u64,
            "{}",
            lines.lost()
        );
        drop(outcome);
        lines.flush(SOON);
        let lost = lines.lost();
        lines.push(&line);
        lines.flush(SOON);
        assert_eq!(lines.lost(), lost, "there is room again");
    }
}
