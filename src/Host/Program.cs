using Chatalot.Host;
using Chatalot.Shared.Security;

// Before anything else is loaded: it is started while somebody waits for a login.
if (args is [HashingProcess.Argument])
    return HashingProcess.Serve();
StopSignals.HearInterrupts();
return await CommandLine.RunAsync(args, Server.RunAsync);
