import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import * as tus from 'tus-js-client';
import { need } from '../lib/report.mjs';
import { anId, aText, aTime, exactly, hasShape } from '../lib/shape.mjs';

/** Files as the web client sends and fetches them, and as a tus client does over a line that breaks. */
export async function files(report, world) {
  const { api, alice, bob, lobby } = world;
  report.heading('Files');
  need(lobby, 'the standalone channel');
  const checksum = (bytes) => createHash('sha256').update(bytes).digest('hex');

  const fetchFile = async (id, token, headers = {}) => {
    const response = await fetch(`${api.address}/api/files/${id}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  await report.check('an upload with its exact answer, and its download by another member', async () => {
    const bytes = Buffer.from('harbour plan');
    const form = new FormData();
    form.append('name', 'Plan – Hafen.txt');
    form.append('channel_id', lobby.id);
    form.append('file', new Blob([bytes]), 'whatever');
    const response = await fetch(`${api.address}/api/files/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${alice.accessToken}` },
      body: form,
    });
    assert.equal(response.status, 200);
    const stored = await response.json();
    hasShape(stored, { id: anId, size_bytes: exactly(bytes.length), created_at: aTime });

    const meta = (await api.get(`/api/files/${stored.id}/meta`, bob.accessToken)).ok();
    hasShape(meta, {
      id: exactly(stored.id),
      uploader_id: exactly(alice.id),
      encrypted_name: exactly('Plan – Hafen.txt'),
      size_bytes: exactly(bytes.length),
      content_type: exactly('text/plain'),
      checksum: exactly(checksum(bytes)),
      created_at: aTime,
    });
    const whole = await fetchFile(stored.id, bob.accessToken);
    assert.deepEqual(whole.bytes, bytes);
    assert.equal(whole.headers.get('content-length'), String(bytes.length));
    assert.match(whole.headers.get('content-disposition') ?? '', /^attachment; filename="/);
    const part = await fetchFile(stored.id, bob.accessToken, { range: 'bytes=0-6' });
    assert.equal(part.status, 206);
    assert.equal(part.bytes.toString(), 'harbour');
  });

  await report.check('a tus client uploads in pieces, loses its way once and goes on', async () => {
    const bytes = Buffer.concat([Buffer.from([0x1f, 0x8b]), randomBytes(300_000)]);
    let breaks = 1;
    const id = await new Promise((resolve, reject) => {
      const upload = new tus.Upload(bytes, {
        endpoint: `${api.address}/api/files/resumable`,
        chunkSize: 100_000,
        retryDelays: [0, 100, 300],
        metadata: { filename: 'log.gz', channel_id: lobby.id },
        headers: { Authorization: `Bearer ${alice.accessToken}` },
        onBeforeRequest: (request) => {
          if (request.getMethod() === 'PATCH' && request.getHeader('Upload-Offset') === '100000' && breaks-- > 0)
            request.setHeader('Upload-Offset', '1');
        },
        onAfterResponse: (request, response) => {
          const fileId = response.getHeader('Upload-File-Id');
          if (fileId) resolve(fileId);
        },
        onError: reject,
        onSuccess: () => reject(new Error('finished without a file')),
      });
      upload.start();
    });
    assert.ok(breaks < 1, 'the line must have broken');
    assert.deepEqual((await fetchFile(id, bob.accessToken)).bytes, bytes);
  });

  await report.check('programs are refused whatever they are called', async () => {
    const form = new FormData();
    form.append('file', new Blob(['#!/bin/sh\necho']), 'picture.png');
    const response = await fetch(`${api.address}/api/files/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bob.accessToken}` },
      body: form,
    });
    assert.equal(response.status, 400);
    hasShape((await response.json()).error, {
      code: exactly('validation_error'),
      message: exactly('file type not allowed: shell script not allowed'),
      request_id: aText,
    });
  });
}
