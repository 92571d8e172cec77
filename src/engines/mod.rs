//! What recogniser, voices and understanding share: bounded pools in the order of need, and what
//! was measured of them.

pub mod jobs; //     ◆ what waits, in the order of need
pub mod load; //       waits and utilisation, for metrics and admission
pub mod queue; //      workers around `jobs`

pub use jobs::Urgency;
pub use load::Load;
