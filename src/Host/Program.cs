using Chatalot.Host;

StopSignals.HearInterrupts();
return await CommandLine.RunAsync(args, Server.RunAsync);
