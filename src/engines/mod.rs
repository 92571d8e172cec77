//! What recogniser, voices and understanding share: bounded pools in the order of need, what was
//! measured of them, and whether the node can take one more call.

pub mod admission; // ◆ whether one more call is taken
pub mod breaker; //   ◆ an engine elsewhere that fails is left alone for a while
pub mod endpoint; //  an engine elsewhere, with a limit and a breaker
pub mod gate; //       admission, asked by the guard and fed by a task
pub mod jobs; //     ◆ what waits, in the order of need
pub mod load; //       waits and utilisation, for metrics and admission
pub mod queue; //      workers around `jobs`

#[cfg(test)]
pub mod scripted;
#[cfg(test)]
mod stories;

pub use jobs::Urgency;
pub use load::Load;
