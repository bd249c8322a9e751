// The dashboard begins here.

import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/parts.css";
import "./style/views.css";
import "./style/operation.css";
import "./style/figures.css";
import "./style/print.css";

import { render } from "preact";

import { signIn } from "./app";
import { Frame } from "./shell/frame";

const root = document.getElementById("app");
if (root !== null) {
  render(<Frame />, root);
  void signIn.start();
}
