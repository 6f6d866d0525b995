// Preloaded with `node --require`: whatever listens, listens to this machine alone.
const { Server } = require("node:net");

const listen = Server.prototype.listen;

Server.prototype.listen = function (where, ...rest) {
  const wanted = typeof where === "object" ? where : { port: where };
  const told = rest.filter((each) => typeof each === "function");
  return listen.call(this, { ...wanted, host: "127.0.0.1" }, ...told);
};
