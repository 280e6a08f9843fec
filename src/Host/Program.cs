using Chatalot.Host;

return await CommandLine.RunAsync(args, Server.RunAsync);
