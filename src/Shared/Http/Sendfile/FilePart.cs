using System.Net.Sockets;

namespace Chatalot.Shared.Http.Sendfile;

/// <summary>Some bytes of a file on their way to a socket; used for one part after the other.</summary>
internal sealed class FilePart : SocketAsyncEventArgs
{
    private readonly FileStream file;
    private TaskCompletionSource sent = new();

    /// <param name="file">Stays the caller's; opened for asynchronous reading, as the framework wants it.</param>
    public FilePart(FileStream file)
        : base(true) => this.file = file;

    public long From { get; set; }

    public int Length { get; set; }

    /// <summary>False when the connection broke, or the file is no longer as long as it was.</summary>
    public async ValueTask<bool> SendAsync(Socket socket)
    {
        sent = new TaskCompletionSource();
        SendPacketsElements = [new SendPacketsElement(file, From, Length)];
        try
        {
            if (socket.SendPacketsAsync(this))
                await sent.Task;
        }
        catch (Exception failure) when (failure is ObjectDisposedException or ArgumentException)
        {
            return false;
        }
        return SocketError is SocketError.Success && BytesTransferred == Length;
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => sent.SetResult();
}
