// What an agent hears when a call comes: two soft tones, again and again.

const TONES_HZ = [660, 550]
const TONE_S = 0.22
const EVERY_MS = 2_400

let context: AudioContext | null = null

function sound() {
  context ??= new AudioContext()
  void context.resume()
  TONES_HZ.forEach((hz, n) => {
    if (!context) return
    const from = context.currentTime + n * TONE_S
    const [tone, loudness] = [context.createOscillator(), context.createGain()]
    tone.frequency.value = hz
    loudness.gain.setValueAtTime(0, from)
    loudness.gain.linearRampToValueAtTime(0.18, from + 0.03)
    loudness.gain.linearRampToValueAtTime(0, from + TONE_S)
    tone.connect(loudness).connect(context.destination)
    tone.start(from)
    tone.stop(from + TONE_S)
  })
}

/** Rings until the returned function is called; whoever looks elsewhere gets a notice of the system too. */
export function ring(who: string, why: string): () => void {
  sound()
  const timer = setInterval(sound, EVERY_MS)
  let notice: Notification | null = null
  if (document.hidden && typeof Notification !== 'undefined' && Notification.permission === 'granted') {
    notice = new Notification(who, { body: why, tag: 'duet-call', requireInteraction: true })
    notice.onclick = () => window.focus()
  }
  return () => {
    clearInterval(timer)
    notice?.close()
  }
}
