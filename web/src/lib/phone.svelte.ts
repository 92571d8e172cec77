// The telephone in this page: WebRTC to the server for as long as the agent works, with the microphone only in
// calls. The server keeps the call when the page goes; a page that comes back takes it up again.

import { desk } from './desk.svelte'
import type { FromServer } from './protocol'

/** Whether this browser is used as a telephone: asked for once, then at each visit. */
const WANTED = 'duet.phone'
/** Chosen devices. */
const MICROPHONE = 'duet.microphone'
const LOUDSPEAKER = 'duet.loudspeaker'
/** Id of this tab's telephone before it was loaded anew. */
const ID = 'duet.phone.id'
const RETRY_MS = 1_500
const LEVEL_EVERY_MS = 80

export type PhoneState =
  /** Calls go to the phone of the desk. */
  | 'off'
  | 'connecting'
  | 'ready'
  /** Another tab has it. */
  | 'elsewhere'

/** Why the browser gives no microphone. */
export type MicrophoneFault = 'insecure' | 'forbidden' | 'missing' | 'busy'

class Phone {
  state = $state<PhoneState>('off')
  fault = $state<MicrophoneFault | null>(null)
  muted = $state(false)
  /** How loud the microphone is, 0 to 1; 0 while it is off. */
  level = $state(0)
  /** The microphone is on. */
  open = $state(false)
  microphones = $state<MediaDeviceInfo[]>([])
  loudspeakers = $state<MediaDeviceInfo[]>([])
  microphone = $state(localStorage.getItem(MICROPHONE) ?? '')
  loudspeaker = $state(localStorage.getItem(LOUDSPEAKER) ?? '')

  #id: string | null = null
  #connection: RTCPeerConnection | null = null
  #sender: RTCRtpSender | null = null
  #stream: MediaStream | null = null
  #opening: Promise<MediaStream | null> | null = null
  /** Times that the microphone was closed. */
  #closed = 0
  #speaker = new Audio()
  #context: AudioContext | null = null
  #meter: ReturnType<typeof setInterval> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined

  get wanted(): boolean {
    return localStorage.getItem(WANTED) === 'on'
  }

  /** From now on calls ring here. The browser asks for its microphone once, so that no caller waits for that. */
  async turnOn() {
    const stream = await this.#listen()
    if (!stream) return
    this.#close()
    if (typeof Notification !== 'undefined' && Notification.permission === 'default') {
      void Notification.requestPermission()
    }
    localStorage.setItem(WANTED, 'on')
    await this.#connect()
  }

  /** Calls ring on the phone of the desk again. */
  turnOff() {
    localStorage.removeItem(WANTED)
    if (this.#id) desk.send({ type: 'put_away_phone', phone: this.#id })
    this.#disconnect()
    this.state = 'off'
  }

  /** What the server says of the agent's telephone. True when the message was about it. */
  take(message: FromServer): boolean {
    if (message.type === 'phone_answer') {
      if (message.phone === this.#id) {
        void this.#connection?.setRemoteDescription({ type: 'answer', sdp: message.sdp })
      }
      return true
    }
    if (message.type === 'error' && message.code === 'phone_refused') {
      this.#again()
      return true
    }
    if (message.type !== 'phone') return false
    const mine = message.phone !== null && message.phone === this.#id
    const before = message.phone !== null && message.phone === sessionStorage.getItem(ID)
    if (mine) {
      if (this.#connection?.connectionState === 'connected') this.state = 'ready'
    } else if (message.phone !== null && !before) {
      this.#disconnect()
      this.state = 'elsewhere'
    } else if (this.state !== 'connecting' && this.wanted) {
      void this.#connect()
    } else if (!this.wanted) {
      this.state = 'off'
    }
    return true
  }

  /** The line to the server was down: what it knew of the connection may be gone. */
  reconnected() {
    if (this.state === 'connecting') this.#again()
  }

  /** Follows the call: the microphone is on while there is one. */
  follow(talks: boolean) {
    if (talks && this.state !== 'off' && this.state !== 'elsewhere') {
      void this.#speak()
    } else if (!talks) {
      this.muted = false
      this.#close()
    }
  }

  answer(call_id: string) {
    desk.send({ type: 'answer', call_id })
    // In the same click, so that the browser lets sound out.
    void this.#speaker.play().catch(() => null)
    void this.#speak()
  }

  /** In the click after which a call is to be heard, so that the browser lets sound out. */
  listen() {
    void this.#speaker.play().catch(() => null)
  }

  hangUp(call_id: string) {
    desk.send({ type: 'hang_up', call_id })
  }

  mute() {
    this.muted = !this.muted
    this.#apply()
  }

  async choose(kind: 'microphone' | 'loudspeaker', id: string) {
    this[kind] = id
    localStorage.setItem(kind === 'microphone' ? MICROPHONE : LOUDSPEAKER, id)
    if (kind === 'loudspeaker') {
      await this.#speaker.setSinkId?.(id).catch(() => null)
    } else if (this.#stream) {
      this.#close()
      await this.#speak()
    }
  }

  /** Shows how loud the microphone is, without a call. */
  async test(on: boolean) {
    if (on) await this.#listen()
    else if (!desk.talks) this.#close()
  }

  async #connect() {
    this.#disconnect()
    this.state = 'connecting'
    const id = crypto.randomUUID()
    this.#id = id
    sessionStorage.setItem(ID, id)
    const connection = new RTCPeerConnection()
    this.#connection = connection
    const transceiver = connection.addTransceiver('audio', { direction: 'sendrecv' })
    this.#sender = transceiver.sender
    const heard = new MediaStream([transceiver.receiver.track])
    this.#speaker.srcObject = heard
    if (this.loudspeaker) void this.#speaker.setSinkId?.(this.loudspeaker).catch(() => null)
    void this.#speaker.play().catch(() => null)
    connection.onconnectionstatechange = () => {
      if (connection !== this.#connection) return
      if (connection.connectionState === 'connected') {
        this.state = 'ready'
        this.follow(desk.talks)
      } else if (['failed', 'disconnected', 'closed'].includes(connection.connectionState)) {
        this.#again()
      }
    }
    const offer = await connection.createOffer()
    await connection.setLocalDescription(offer)
    if (connection !== this.#connection) return
    desk.send({ type: 'phone', phone: id, sdp: offer.sdp ?? '' })
    // The offer or its answer may be lost with the line to the server.
    this.#retry = setTimeout(() => this.state === 'connecting' && this.#again(), 5 * RETRY_MS)
  }

  #again() {
    if (!this.wanted || this.state === 'elsewhere') return
    this.state = 'connecting'
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#connect(), RETRY_MS)
  }

  #disconnect() {
    clearTimeout(this.#retry)
    const connection = this.#connection
    this.#connection = null
    this.#sender = null
    this.#id = null
    connection?.close()
    this.#close()
  }

  async #speak() {
    const stream = await this.#listen()
    const track = stream?.getAudioTracks()[0]
    if (track && this.#sender?.track !== track) await this.#sender?.replaceTrack(track).catch(() => null)
    this.#apply()
  }

  /** Opens the microphone, once however often it is asked for. */
  #listen(): Promise<MediaStream | null> {
    if (this.#stream) return Promise.resolve(this.#stream)
    this.#opening ??= this.#ask().finally(() => (this.#opening = null))
    return this.#opening
  }

  async #ask(): Promise<MediaStream | null> {
    if (!navigator.mediaDevices) {
      this.fault = 'insecure'
      return null
    }
    const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
    const asked = this.#closed
    const audio = this.microphone ? { ...wanted, deviceId: { ideal: this.microphone } } : wanted
    let stream: MediaStream
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio })
    } catch (error) {
      this.fault = faultOf(error)
      return null
    }
    this.fault = null
    // Not wanted any more while the browser thought about it.
    if (asked !== this.#closed) {
      stream.getTracks().forEach((track) => track.stop())
      return null
    }
    this.#stream = stream
    this.open = true
    this.#measure(stream)
    await this.#look()
    return stream
  }

  async #look() {
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => [])
    this.microphones = devices.filter(({ kind }) => kind === 'audioinput')
    this.loudspeakers = devices.filter(({ kind }) => kind === 'audiooutput')
  }

  #measure(stream: MediaStream) {
    this.#context ??= new AudioContext()
    const context = this.#context
    void context.resume()
    const analyser = context.createAnalyser()
    analyser.fftSize = 512
    const source = context.createMediaStreamSource(stream)
    source.connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    clearInterval(this.#meter)
    this.#meter = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
      // -60 dBFS to full scale.
      this.level = Math.max(0, Math.min(1, 1 + (10 * Math.log10(power + 1e-9)) / 60))
    }, LEVEL_EVERY_MS)
  }

  #apply() {
    this.#stream?.getAudioTracks().forEach((track) => (track.enabled = !this.muted))
  }

  #close() {
    this.#closed += 1
    clearInterval(this.#meter)
    this.level = 0
    this.open = false
    void this.#sender?.replaceTrack(null).catch(() => null)
    this.#stream?.getTracks().forEach((track) => track.stop())
    this.#stream = null
  }
}

function faultOf(error: unknown): MicrophoneFault {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError') return 'forbidden'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'busy'
}

export const phone = new Phone()
