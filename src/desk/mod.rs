//! 7. The human side: roster, queue, screen pop, agents' WebSocket.

pub mod notice;
