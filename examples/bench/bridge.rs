//! Pairs of legs of Duet's media engine, joined as two people on a call are: the part of a bridged call
//! that carries sound, without the call around it. One JSON line names the ports; ends with its input.

use anyhow::Context;
use duet::edge::bad_line::BadLine;
use duet::edge::clock::Clock;
use duet::edge::{Leg, Media, MediaCommand, MediaConfig};
use duet::hear::ear::{VAD_SAMPLES, VoiceActivity};
use duet::hear::silero::Silero;
use sip::sdp::{self, Codec, LocalMedia, MediaFlow};
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc;

#[derive(clap::Args)]
pub struct Args {
    /// Bridged calls: two legs each.
    #[arg(long)]
    calls: usize,
    /// Where the streams come from and go to: one socket for all.
    #[arg(long)]
    far: SocketAddr,
    /// Run voice activity detection with this model on both legs of each call.
    #[arg(long, value_name = "FILE")]
    vad: Option<PathBuf>,
    /// First and last port.
    #[arg(long, num_args = 2, default_values_t = [10_000, 31_999])]
    ports: Vec<u16>,
    /// Threads that move packets.
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let ports = args.ports[0]..=args.ports[1];
    let config = MediaConfig {
        bind: ip,
        advertised: ip,
        ports,
        threads: args.threads,
        nat: false,
        line: BadLine::default(),
    };
    let media = Media::start(config, Clock::start())?;
    let vad = args.vad.map(|path| Silero::load(&path)).transpose()?;
    let legs = runtime.block_on(open(&media, args.calls, args.far, vad))?;
    let ports: Vec<u16> = legs.iter().map(|leg| leg.0.port()).collect();
    println!("{}", serde_json::json!({ "ports": ports }));
    // Until whoever started us has enough.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    drop(legs);
    Ok(())
}

/// What keeps a leg open.
type Held = (SocketAddr, duet::edge::MediaControl);

async fn open(
    media: &Arc<Media>,
    calls: usize,
    far: SocketAddr,
    vad: Option<Arc<Silero>>,
) -> anyhow::Result<Vec<Held>> {
    let mut held = Vec::new();
    for call in 0..calls {
        let (a, b) = (leg(media, far).await?, leg(media, far).await?);
        a.control.send(MediaCommand::Bridge { far: b.control.clone() }).await?;
        b.control.send(MediaCommand::Bridge { far: a.control.clone() }).await?;
        for Leg { addr, control, events, audio } in [a, b] {
            drain(events);
            if let Some(vad) = &vad {
                tokio::spawn(listen(vad.clone(), audio));
            }
            held.push((addr, control));
        }
        // A thousand legs in one millisecond would all tick together.
        if call % 8 == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        }
    }
    Ok(held)
}

async fn leg(media: &Arc<Media>, far: SocketAddr) -> anyhow::Result<Leg> {
    let leg = media.open()?;
    let local = LocalMedia {
        addr: leg.addr,
        codecs: vec![Codec::Pcma],
        ptime_ms: 20,
        session_id: 1,
        version: 1,
        flow: MediaFlow::SendRecv,
    };
    let (ip, port) = (far.ip(), far.port());
    let offer = format!(
        "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\na=ptime:20\r\n"
    );
    let (_, negotiated) = sdp::answer(&offer, &local).context("our own offer")?;
    leg.control.send(MediaCommand::Connect(negotiated)).await?;
    Ok(leg)
}

fn drain(mut events: mpsc::Receiver<duet::edge::MediaEvent>) {
    tokio::spawn(async move { while events.recv().await.is_some() {} });
}

/// What the ear of a call does before it decides anything.
async fn listen(vad: Arc<Silero>, mut audio: mpsc::Receiver<duet::edge::leg::AudioFrame>) {
    let mut listener = vad.listener();
    let mut waiting: Vec<f32> = Vec::new();
    while let Some(frame) = audio.recv().await {
        waiting.extend(frame.samples.iter().map(|sample| f32::from(*sample) / 32_768.0));
        while waiting.len() >= VAD_SAMPLES {
            let mut next = [0.0; VAD_SAMPLES];
            next.copy_from_slice(&waiting[..VAD_SAMPLES]);
            waiting.drain(..VAD_SAMPLES);
            std::hint::black_box(listener.probability(&next));
        }
    }
}
