// A participant that uses the SFU: joins with sfu, publishes its microphone to Janus and receives whom the list names.
window.startCall = async ({ token, channel, self }) => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const problems = [];
  const received = new Map();
  let room;
  let publisher;
  let mine;

  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`);
  const send = (frame) => socket.send(JSON.stringify(frame));

  const openJanus = async ({ url, api_token }) => {
    const line = new WebSocket(url, 'janus-protocol');
    await new Promise((resolve, reject) => ((line.onopen = resolve), (line.onerror = () => reject(new Error(url)))));
    const waiting = new Map();
    const handles = new Map();
    let session;
    let last = 0;
    line.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      const answers = waiting.get(message.transaction);
      if (answers && message.janus !== 'ack') {
        waiting.delete(message.transaction);
        answers(message);
      } else handles.get(message.sender)?.(message);
    };
    const ask = (request) =>
      new Promise((resolve) => {
        const transaction = `t${++last}`;
        // A trickled candidate is answered with an ack alone.
        if (request.janus === 'trickle') resolve();
        else waiting.set(transaction, resolve);
        line.send(JSON.stringify({ ...request, transaction, token: api_token, ...(session && { session_id: session }) }));
      });
    session = (await ask({ janus: 'create' })).data.id;
    return async (onEvent) => {
      const id = (await ask({ janus: 'attach', plugin: 'janus.plugin.videoroom' })).data.id;
      handles.set(id, onEvent);
      return {
        message: (body, jsep) => ask({ janus: 'message', handle_id: id, body, ...(jsep && { jsep }) }),
        trickle: (candidate) => ask({ janus: 'trickle', handle_id: id, candidate }),
      };
    };
  };

  const connect = (handle) => {
    const connection = new RTCPeerConnection();
    connection.onicecandidate = ({ candidate }) => handle.trickle(candidate ?? { completed: true });
    return connection;
  };

  const enter = async (frame) => {
    room = frame;
    const attach = await openJanus(frame);
    const handle = await attach(() => {});
    const joined = await handle.message({
      request: 'join',
      ptype: 'publisher',
      room: frame.room,
      pin: frame.pin,
      token: frame.token,
      id: frame.feed,
    });
    mine = { attach, privateId: joined.plugindata.data.private_id };
    publisher = connect(handle);
    for (const track of stream.getTracks()) publisher.addTrack(track, stream);
    await publisher.setLocalDescription();
    const answer = await handle.message({ request: 'publish' }, publisher.localDescription);
    await publisher.setRemoteDescription(answer.jsep);
  };

  const receive = async (feed) => {
    const handle = await mine.attach(() => {});
    const offer = await handle.message({
      request: 'join',
      ptype: 'subscriber',
      room: room.room,
      pin: room.pin,
      private_id: mine.privateId,
      streams: [{ feed }],
    });
    // Listed, but not sending yet.
    if (!offer.jsep) return false;
    const connection = connect(handle);
    connection.ontrack = ({ track }) => {
      const speaker = new Audio();
      speaker.srcObject = new MediaStream([track]);
      speaker.play();
      received.set(feed, { connection, speaker });
    };
    received.set(feed, { connection });
    await connection.setRemoteDescription(offer.jsep);
    await connection.setLocalDescription();
    await handle.message({ request: 'start' }, connection.localDescription);
    return true;
  };

  let listed = [];
  const receiveAll = async () => {
    if (!mine) return;
    for (const { user_id, feed } of listed) if (user_id !== self && !received.has(feed)) await receive(feed);
  };

  const handlers = {
    authenticated: () => {
      send({ type: 'subscribe', channel_ids: [channel] });
      send({ type: 'join_voice', channel_id: channel, sfu: true });
    },
    voice_sfu: enter,
    voice_state_update: ({ sfu }) => {
      listed = sfu ?? [];
    },
    error: ({ code, message }) => problems.push(`${code}: ${message}`),
  };
  let turn = Promise.resolve();
  socket.onopen = () => send({ type: 'authenticate', token });
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    turn = turn.then(() => handlers[frame.type]?.(frame)).catch((fault) => problems.push(`${fault}`));
  };

  window.forget = () => received.clear();
  window.report = async () => {
    turn = turn.then(receiveAll).catch((fault) => problems.push(`${fault}`));
    await turn;
    const report = { sending: publisher?.connectionState ?? 'none', receiving: received.size, sent: 0, packets: 0, energy: 0, problems };
    for (const row of (await publisher?.getStats())?.values() ?? [])
      if (row.type === 'outbound-rtp') report.sent += row.packetsSent;
    for (const { connection } of received.values())
      for (const row of (await connection.getStats()).values())
        if (row.type === 'inbound-rtp' && row.kind === 'audio') {
          report.packets += row.packetsReceived;
          report.energy += row.totalAudioEnergy ?? 0;
        }
    return report;
  };
  return true;
};
