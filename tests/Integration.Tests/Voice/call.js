// A participant as the contract describes one (realtime.md 11.4): the list makes peers, the greater id offers.
window.startCall = async ({ token, channel, self, relayOnly }) => {
  const config = await (await fetch('/api/auth/config', { headers: { authorization: `Bearer ${token}` } })).json();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const session = crypto.randomUUID();
  const peers = new Map();
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`);
  const send = (frame) => socket.send(JSON.stringify(frame));

  const peerTo = (other) => {
    if (peers.has(other)) return peers.get(other);
    const connection = new RTCPeerConnection({
      iceServers: config.ice_servers ?? [],
      iceTransportPolicy: relayOnly ? 'relay' : 'all',
    });
    const peer = { connection, early: [] };
    peers.set(other, peer);
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
    connection.onicecandidate = ({ candidate }) =>
      candidate &&
      send({
        type: 'rtc_ice_candidate',
        target_user_id: other,
        session_id: session,
        candidate: JSON.stringify(candidate),
      });
    connection.ontrack = ({ streams }) => {
      const speaker = new Audio();
      speaker.srcObject = streams[0];
      speaker.play();
      peer.speaker = speaker;
    };
    return peer;
  };

  const describe = async (type, other, sessionId) => {
    const { connection } = peerTo(other);
    await connection.setLocalDescription();
    send({
      type,
      target_user_id: other,
      session_id: sessionId,
      sdp: JSON.stringify(connection.localDescription),
    });
  };

  const accept = async (peer, sdp) => {
    await peer.connection.setRemoteDescription(JSON.parse(sdp));
    for (const candidate of peer.early.splice(0)) await peer.connection.addIceCandidate(candidate);
  };

  const handlers = {
    authenticated: () => {
      send({ type: 'join_voice', channel_id: channel });
      send({ type: 'subscribe', channel_ids: [channel] });
    },
    voice_state_update: async ({ participants }) => {
      for (const [other, { connection }] of peers) {
        if (participants.includes(other)) continue;
        connection.close();
        peers.delete(other);
      }
      if (!participants.includes(self)) return;
      for (const other of participants)
        if (other !== self && !peers.has(other) && self > other) await describe('rtc_offer', other, session);
    },
    rtc_offer: async ({ from_user_id, session_id, sdp }) => {
      await accept(peerTo(from_user_id), sdp);
      await describe('rtc_answer', from_user_id, session_id);
    },
    rtc_answer: ({ from_user_id, sdp }) => accept(peerTo(from_user_id), sdp),
    rtc_ice_candidate: ({ from_user_id, candidate }) => {
      const peer = peerTo(from_user_id);
      if (peer.connection.remoteDescription) return peer.connection.addIceCandidate(JSON.parse(candidate));
      peer.early.push(JSON.parse(candidate));
    },
    error: ({ code, message }) => problems.push(`${code}: ${message}`),
  };

  const problems = [];
  let turn = Promise.resolve();
  socket.onopen = () => send({ type: 'authenticate', token });
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    turn = turn.then(() => handlers[frame.type]?.(frame)).catch((fault) => problems.push(`${fault}`));
  };

  window.hangUp = () => send({ type: 'leave_voice', channel_id: channel });
  window.report = async () => {
    const report = { peers: peers.size, connected: 0, packets: 0, energy: 0, relayed: 0, problems };
    for (const { connection } of peers.values()) {
      if (connection.connectionState === 'connected') report.connected++;
      const stats = [...(await connection.getStats()).values()];
      for (const row of stats.filter((row) => row.type === 'inbound-rtp' && row.kind === 'audio')) {
        report.packets += row.packetsReceived;
        report.energy += row.totalAudioEnergy ?? 0;
      }
      const transport = stats.find((row) => row.type === 'transport');
      const pair = stats.find((row) => row.id === transport?.selectedCandidatePairId);
      if (stats.find((row) => row.id === pair?.localCandidateId)?.candidateType === 'relay') report.relayed++;
    }
    return report;
  };
  return true;
};
