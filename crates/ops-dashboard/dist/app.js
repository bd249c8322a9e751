"use strict";
(() => {
  // node_modules/preact/dist/preact.mjs
  var n;
  var t;
  var r;
  var u;
  var i;
  var f;
  var o;
  var e;
  var l;
  var c;
  var a;
  var s;
  var h = /* @__PURE__ */ Symbol.for("pv");
  var p = {};
  var y = [];
  var v = /^m(i|n|o|s|text|space)$/;
  var w = Array.isArray;
  var d = y.slice;
  var _ = Object.assign;
  function g(n3) {
    n3 && n3.parentNode && n3.remove();
  }
  function k(n3, t4, r4) {
    var u4, i4, f5, o5 = {}, e4 = arguments.length;
    for (f5 in t4) "key" == f5 ? u4 = t4[f5] : "ref" == f5 && "function" != typeof n3 ? i4 = t4[f5] : o5[f5] = t4[f5];
    return e4 > 2 && (o5.children = e4 > 3 ? d.call(arguments, 2) : r4), m(n3, o5, u4, i4, null);
  }
  function m(r4, u4, i4, f5, o5) {
    var e4 = { type: r4, props: u4, key: i4, ref: f5, __k: null, __: null, __b: 0, __e: null, __c: null, constructor: h, __v: o5 || ++t, __i: -1, __u: 0 };
    return !o5 && n.vnode && n.vnode(e4), e4;
  }
  function $(n3) {
    return n3.children;
  }
  function x(n3, t4) {
    this.props = n3, this.context = t4, this.__g = 0;
  }
  function S(n3, t4) {
    if (null == t4) return n3.__ && S(n3.__, n3.__i + 1);
    for (var r4; t4 < n3.__k.length; t4++) if ((r4 = n3.__k[t4]) && r4.__e) return r4.__e;
    return "function" != typeof n3.type || n3.props.__P ? null : S(n3);
  }
  function C(t4) {
    var r4, u4 = t4.__v, i4 = u4.__e, f5 = [], o5 = [], e4 = t4.__P;
    e4 && ((r4 = _({ constructor: h }, u4)).__v = u4.__v + 1, n.vnode && n.vnode(r4), z(e4, r4, u4, t4.__n, e4.namespaceURI, 32 & u4.__u ? [i4] : null, f5, i4 || S(u4), 32 & u4.__u, o5), r4.__v = u4.__v, r4.__.__k[r4.__i] = r4, E(f5, r4, o5), u4.__ = u4.__e = null, r4.__e != i4 && j(r4));
  }
  function j(n3) {
    if ((n3 = n3.__) && n3.__c && !n3.props.__P) return n3.__e = null, n3.__k.some(function(t4) {
      return t4 && (n3.__e = t4.__e);
    }), j(n3);
  }
  function L(t4) {
    (8 & t4.__g || (t4.__g |= 8, u.push(t4), f++)) && i == n.debounceRendering || ((i = n.debounceRendering) || queueMicrotask)(H);
  }
  function H() {
    try {
      for (var n3, t4 = 1; u.length; ) u.length > t4 && u.sort(o), n3 = u.shift(), t4 = u.length, 8 & n3.__g && C(n3);
    } finally {
      (f = u.length) && (i || queueMicrotask)(H);
    }
  }
  function I(n3, t4, r4, u4, i4, f5, o5, e4, l4, c4, a5) {
    var s4, h5, v4, w5, d5, _4, g5 = u4.__k || y, k4 = t4.length;
    for (l4 = q(r4, t4, g5, l4, k4), s4 = 0; s4 < k4; s4++) null != (v4 = r4.__k[s4]) && (h5 = ~v4.__i && g5[v4.__i] || p, v4.__i = s4, _4 = z(n3, v4, h5, i4, f5, o5, e4, l4, c4, a5), w5 = v4.__e, (h5.ref != v4.ref || 8 & h5.__u) && (h5.ref && G(h5.ref, null, v4, h5), v4.ref && a5.push(v4.ref, v4.__c || w5, v4)), d5 = d5 || w5, 4 & v4.__u ? (l4 = A(v4, l4, n3, !h5.__v), h5.__e && (h5.__e = null)) : "function" == typeof v4.type && void 0 !== _4 ? l4 = _4 : w5 && (l4 = w5.nextSibling), v4.__u &= -21);
    return r4.__e = d5, l4;
  }
  function q(n3, t4, r4, u4, i4) {
    var f5, o5, e4, l4, c4, a5, s4, p5, y5, v4 = r4.length, d5 = v4, _4 = 0, g5 = 0, k4 = n3.__k = Array(i4);
    for (f5 = 0; f5 < i4; f5++) null != (o5 = t4[f5]) && "boolean" != typeof o5 && "function" != typeof o5 ? ("object" != typeof o5 || o5.constructor === String ? o5 = k4[f5] = m(null, o5) : w(o5) ? o5 = k4[f5] = m($, { children: o5 }) : o5.constructor === h && o5.__b ? o5 = k4[f5] = m(o5.type, o5.props, o5.key, o5.ref, o5.__v) : k4[f5] = o5, l4 = f5 + _4, o5.__ = n3, o5.__b = n3.__b + 1, e4 = null, ~(c4 = o5.__i = P(o5, r4, l4, d5)) && (d5--, (e4 = r4[c4]) && (e4.__u |= 2)), e4 && e4.__v ? (o5.__u |= 16, c4 == l4 - 1 ? _4-- : c4 == l4 + 1 ? _4++ : c4 != l4 && (c4 > l4 ? _4-- : _4++, g5 = 1)) : (~c4 || (i4 > v4 ? _4-- : i4 < v4 && _4++), "function" != typeof o5.type && (o5.__u |= 4))) : k4[f5] = null;
    if (g5) {
      for (a5 = [], s4 = [], f5 = 0; f5 < i4; f5++) if ((o5 = k4[f5]) && 16 & o5.__u) {
        for (_4 = 0, p5 = a5.length; _4 < p5; ) a5[y5 = _4 + p5 >> 1] < o5.__i ? _4 = y5 + 1 : p5 = y5;
        a5[_4] = o5.__i, s4[f5] = _4 + 1;
      }
      for (_4 = a5.length; f5--; ) s4[f5] && (s4[f5] == _4 ? _4-- : k4[f5].__u |= 4);
    }
    if (d5) for (f5 = 0; f5 < v4; f5++) !(e4 = r4[f5]) || 2 & e4.__u || (e4.__e == u4 && (u4 = S(e4)), J(e4, e4));
    return u4;
  }
  function A(n3, t4, r4, u4) {
    var i4, f5, o5, e4;
    if ("function" == typeof n3.type) {
      if (n3.props.__P) return t4;
      if (i4 = n3.__k) for (f5 = 0; f5 < i4.length; f5++) i4[f5] && (i4[f5].__ = n3, t4 = A(i4[f5], t4, r4, false));
      return t4;
    }
    for (t4 && !t4.parentNode && (t4 = S(n3)) && !t4.parentNode && (t4 = null), o5 = n3.__e, e4 = t4; e4 && 8 == e4.nodeType; ) e4 = e4.nextSibling;
    for (o5 != e4 && (!u4 && r4.moveBefore && o5.parentNode ? r4.moveBefore(o5, t4) : r4.insertBefore(o5, t4 || null)), t4 = o5; (t4 = t4 && t4.nextSibling) && 8 == t4.nodeType && !t4.data.startsWith("$s"); ) ;
    return t4;
  }
  function P(n3, t4, r4, u4) {
    var i4, f5 = n3.key, o5 = n3.type, e4 = t4[r4], l4 = e4 && !(2 & e4.__u);
    if (null === e4 && null == f5 || l4 && f5 == e4.key && o5 == e4.type) return r4;
    if (u4 > (l4 ? 1 : 0)) {
      for (i4 = r4 - 1; i4 >= 0; i4--) if ((e4 = t4[i4]) && !(2 & e4.__u) && f5 == e4.key && o5 == e4.type) return i4;
      for (i4 = r4 + 1; i4 < t4.length; i4++) if ((e4 = t4[i4]) && !(2 & e4.__u) && f5 == e4.key && o5 == e4.type) return i4;
    }
    return -1;
  }
  function T(n3, t4, r4) {
    null == r4 && (r4 = ""), "-" == t4[0] ? n3.setProperty(t4, r4) : n3[t4] = r4;
  }
  function N(n3, t4, r4, u4, i4) {
    var f5, o5;
    if ("style" == t4) if ("string" == typeof r4) n3.style.cssText = r4;
    else {
      if ("string" == typeof u4 && (n3.style.cssText = u4 = ""), u4) for (t4 in u4) r4 && t4 in r4 || T(n3.style, t4);
      if (r4) for (t4 in r4) u4 && r4[t4] == u4[t4] || T(n3.style, t4, r4[t4]);
    }
    else if ("o" == t4[0] && "n" == t4[1]) "function" != typeof r4 && (r4 = null), "function" != typeof u4 && (u4 = null), (n3.__e || (n3.__e = {}))[t4] = r4, r4 && u4 || (o5 = a[t4] || (a[t4] = V(t4)), (n3.__a || (n3.__a = {}))[t4] = c, f5 = t4 != (t4 = t4.replace(l, "$1")), (t4 = t4.slice(2))[0] < "a" && (t4 = t4.toLowerCase()), r4 ? n3.addEventListener(t4, o5, f5) : n3.removeEventListener(t4, o5, f5));
    else {
      if ("http://www.w3.org/2000/svg" == i4) t4 = t4.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
      else if ("width" != t4 && "height" != t4 && "href" != t4 && "list" != t4 && "form" != t4 && "tabIndex" != t4 && "download" != t4 && "rowSpan" != t4 && "colSpan" != t4 && "role" != t4 && "popover" != t4 && t4 in n3) try {
        return void (n3[t4] = null == r4 ? "" : r4);
      } catch (n4) {
      }
      if ("function" == typeof r4) return;
      null == r4 || false === r4 && "-" != t4[4] ? n3.removeAttribute(t4) : n3.setAttribute(t4, "popover" == t4 && 1 == r4 ? "" : r4);
    }
  }
  function V(t4) {
    return function(r4) {
      var u4 = this.__e;
      if (u4) {
        if (u4 = u4[t4], null == r4[e]) r4[e] = c++;
        else if (r4[e] < this.__a[t4]) return;
        return u4(n.event ? n.event(r4) : r4);
      }
    };
  }
  function z(t4, r4, u4, i4, f5, o5, e4, l4, c4, a5) {
    var s4, p5, v4, d5, k4, b3, m5, M2, C3, j3, L2, H2, q2, A4, O2, P3, T4, N2, V2 = r4.type;
    if (r4.constructor !== h) return null;
    128 & u4.__u && (c4 = 32 & u4.__u, s4 = u4.__c.__z) && (r4.__u |= c4, p5 = o5 = [], 8 == s4.nodeType ? l4 = B(s4, o5) : o5.push(s4), l4 = o5[0] || l4), (s4 = n.__b) && s4(r4);
    n: if ("function" == typeof V2) {
      v4 = e4.length;
      try {
        if (M2 = r4.props, C3 = (s4 = V2.prototype) && s4.render, j3 = (s4 = V2.contextType) && i4[s4.__c], L2 = s4 ? j3 ? j3.props.value : s4.__ : i4, (d5 = u4.__c) ? (r4.__c = d5, 2 & d5.__g && (d5.__g |= 1)) : (C3 ? r4.__c = d5 = new V2(M2, L2) : (r4.__c = d5 = new x(M2, L2), d5.constructor = V2, d5.render = K), j3 && j3.sub(d5), d5.state || (d5.state = {}), d5.__n = i4, d5.__g |= 8, d5.__h = [], d5.__k = []), C3 && (d5.__s || (d5.__s = d5.state), V2.getDerivedStateFromProps && (d5.__s == d5.state && (d5.__s = _({}, d5.__s)), _(d5.__s, V2.getDerivedStateFromProps(M2, d5.__s)))), k4 = d5.props, b3 = d5.state, d5.__v = r4, u4.__c) {
          if (M2 !== k4 && C3 && !V2.getDerivedStateFromProps && d5.componentWillReceiveProps && d5.componentWillReceiveProps(M2, L2), r4.__v == u4.__v && !(8 & d5.__g) || !(4 & d5.__g) && d5.shouldComponentUpdate && false === d5.shouldComponentUpdate(M2, d5.__s, L2)) {
            r4.__v != u4.__v && (d5.props = M2, d5.state = d5.__s, d5.__g &= -9), r4.__e = u4.__e, r4.__k = u4.__k, r4.__k.some(function(n3) {
              n3 && (n3.__ = r4);
            }), y.push.apply(d5.__h, d5.__k), d5.__k = [], d5.__h.length && e4.push(d5), l4 = S(u4);
            break n;
          }
          d5.componentWillUpdate && d5.componentWillUpdate(M2, d5.__s, L2), C3 && d5.componentDidUpdate && d5.__h.push(function() {
            d5.componentDidUpdate(k4, b3, m5);
          });
        } else C3 && !V2.getDerivedStateFromProps && d5.componentWillMount && d5.componentWillMount(), C3 && d5.componentDidMount && d5.__h.push(d5.componentDidMount);
        d5.context = L2, d5.props = M2, d5.__P = t4, d5.__g &= -5, H2 = n.__r, q2 = C3 ? 25 : 0;
        do {
          d5.__g &= -9, H2 && H2(r4), s4 = d5.render(d5.props, d5.state = d5.__s, d5.context);
        } while (8 & d5.__g && ++q2 < 25);
        C3 && (y.push.apply(d5.__h, d5.__k), d5.__k = []), d5.state = d5.__s, d5.getChildContext && (i4 = _({}, i4, d5.getChildContext())), C3 && u4.__c && d5.getSnapshotBeforeUpdate && (m5 = d5.getSnapshotBeforeUpdate(k4, b3)), A4 = s4 && s4.type === $ && null == s4.key ? s4.props.children : s4, M2.__P && (s4 = l4, f5 = (t4 = M2.__P).namespaceURI, c4 = o5 = null, u4.props && u4.props.__P != t4 && (u4.__k.some(function(n3) {
          n3 && J(n3, n3);
        }), u4.__k = null), l4 = u4.__k ? S(u4, 0) : null), l4 = I(t4, w(A4) ? A4 : [A4], r4, u4, i4, f5, o5, e4, l4, c4, a5), M2.__P && (r4.__e = null, l4 = s4), r4.__u &= -161, p5 && p5.some(g), d5.__h.length && e4.push(d5), 1 & d5.__g && (d5.__g &= -4);
      } catch (t5) {
        if (e4.length = v4, r4.__v = null, c4 || o5) if (t5 && t5.then) {
          if (r4.__u |= 128 | c4, o5) {
            for (~(T4 = o5.indexOf(l4 || void 0)) || (T4 = o5.length); (N2 = o5[T4 - 1]) && 8 == N2.nodeType; ) T4--;
            for (; T4 < o5.length; T4++) if (N2 = o5[T4]) if (o5[T4] = null, O2) {
              if (N2 == P3) break;
            } else {
              if (8 != N2.nodeType) break;
              N2.data.startsWith("$s") && (P3 = B(O2 = N2));
            }
          }
          if (!O2) {
            for (; l4 && 8 == l4.nodeType && l4.nextSibling; ) l4 = l4.nextSibling;
            O2 = l4;
          }
          (s4 = B(O2 = r4.__c.__z || (r4.__c.__z = O2))) ? (r4.__e = O2, l4 = s4) : r4.__e = l4, l4 = l4 && l4.nextSibling;
        } else o5 && o5.some(g);
        else r4.__e = u4.__e;
        r4.__k || (r4.__k = u4.__k || []), t5 && t5.then || D(r4), n.__e(t5, r4, u4);
      }
    } else l4 = r4.__e = F(u4.__e, r4, u4, i4, f5, o5, e4, c4, a5, t4);
    return (s4 = n.diffed) && s4(r4), l4;
  }
  function B(n3, t4) {
    if (n3 && 8 == n3.nodeType && n3.data.startsWith("$s")) for (var r4 = 1; n3 = n3.nextSibling; ) {
      if (8 == n3.nodeType) {
        if (n3.data.startsWith("$s")) r4++;
        else if (n3.data.startsWith("/$s") && !--r4) return n3;
      }
      t4 && t4.push(n3);
    }
  }
  function D(n3) {
    n3 && (n3.__c && (n3.__c.__g |= 4), n3.__k && n3.__k.some(D));
  }
  function E(t4, r4, u4) {
    for (var i4 = 0; i4 < u4.length; ) G(u4[i4++], u4[i4++], u4[i4++]);
    n.__c && n.__c(r4, t4), t4.some(function(r5) {
      try {
        t4 = r5.__h, r5.__h = [], t4.some(function(n3) {
          n3.call(r5);
        });
      } catch (t5) {
        n.__e(t5, r5.__v);
      }
    });
  }
  function F(t4, r4, u4, i4, f5, o5, e4, l4, c4, a5) {
    var s4, h5, y5, _4, k4, b3, m5, M2, $2 = u4.props || p, x3 = r4.props, C3 = r4.type;
    if ("svg" == C3 ? f5 = "http://www.w3.org/2000/svg" : "math" == C3 ? f5 = "http://www.w3.org/1998/Math/MathML" : f5 || (f5 = "http://www.w3.org/1999/xhtml"), o5) {
      for (s4 = 0; s4 < o5.length; s4++) if ((k4 = o5[s4]) && (C3 ? k4.localName == C3 : 3 == k4.nodeType)) {
        t4 = k4, o5[s4] = null;
        break;
      }
    }
    if (!t4) {
      if (M2 = a5.ownerDocument || document, !C3) return M2.createTextNode(x3);
      t4 = M2.createElementNS(f5, C3, x3.is ? x3 : a5), l4 && (n.__m && n.__m(r4, o5), l4 = false), o5 = null;
    }
    if (C3) {
      if (a5 = "template" == C3 && t4.content || t4, o5 = "textarea" == C3 && null != x3.defaultValue ? null : o5 && d.call(a5.childNodes), !l4 && o5) for ($2 = {}, s4 = 0; s4 < t4.attributes.length; s4++) $2[(k4 = t4.attributes[s4]).name] = k4.value;
      for (s4 in $2) k4 = $2[s4], "dangerouslySetInnerHTML" == s4 ? y5 = k4 : "children" == s4 || s4 in x3 || "value" == s4 && "defaultValue" in x3 || "checked" == s4 && "defaultChecked" in x3 || N(t4, s4, null, k4, f5);
      for (s4 in x3) k4 = x3[s4], "children" == s4 ? _4 = k4 : "dangerouslySetInnerHTML" == s4 ? h5 = k4 : "value" == s4 ? b3 = k4 : "checked" == s4 ? m5 = k4 : l4 && "function" != typeof k4 || $2[s4] === k4 || N(t4, s4, k4, $2[s4], f5);
      h5 ? (l4 || y5 && (h5.__html == y5.__html || h5.__html == t4.innerHTML) || (t4.innerHTML = h5.__html), r4.__k = []) : (y5 && (t4.textContent = ""), ("foreignObject" == C3 || "http://www.w3.org/1998/Math/MathML" == f5 && v.test(C3)) && (f5 = "http://www.w3.org/1999/xhtml"), I(a5, w(_4) ? _4 : [_4], r4, u4, i4, f5, o5, e4, o5 ? o5[0] : u4.__k && S(u4, 0), l4, c4), o5 && o5.some(g)), l4 && "textarea" != C3 || (s4 = "value", "progress" == C3 && null == b3 ? t4.removeAttribute(s4) : null == b3 || b3 === t4[s4] && ("progress" != C3 || b3) || N(t4, s4, b3, $2[s4], f5), s4 = "checked", null != m5 && m5 != t4[s4] && N(t4, s4, m5, $2[s4], f5));
    } else $2 === x3 || l4 && t4.data == x3 || (t4.data = x3);
    return t4;
  }
  function G(t4, r4, u4, i4) {
    try {
      "function" == typeof t4 ? r4 ? r4.__x = t4(r4) || 1 : i4 && (i4 = i4.__c || i4.__e) && (r4 = i4.__x) && (i4.__x = null, "function" == typeof r4 ? r4() : t4(null)) : t4.current = r4;
    } catch (t5) {
      n.__e(t5, u4);
    }
  }
  function J(t4, r4, u4) {
    var i4, f5, o5, e4;
    if (n.unmount && n.unmount(t4), !(i4 = t4.ref) || i4.current && i4.current != t4.__e || G(i4, null, r4, t4), i4 = t4.__c) {
      if (i4.componentWillUnmount) try {
        i4.componentWillUnmount();
      } catch (t5) {
        n.__e(t5, r4);
      }
      i4.__P = i4.__n = null;
    }
    if (i4 = t4.__k) for (e4 = 0; e4 < i4.length; e4++) i4[e4] && J(i4[e4], r4, "function" != typeof t4.type || u4 && !t4.props.__P);
    !u4 && (i4 = t4.__c) && (i4 = i4.__z) && (f5 = B(i4, o5 = [])) && (i4 == t4.__e && o5.some(g), g(f5), g(i4)), u4 || g(t4.__e), t4.__e = t4.__c = t4.__ = null;
  }
  function K(n3, t4, r4) {
    return this.constructor(n3, r4);
  }
  function Q(t4, r4) {
    var u4, i4, f5, o5;
    n.__ && n.__(t4, r4), 9 == r4.nodeType && (r4 = r4.documentElement), i4 = (u4 = t4 && 32 & t4.__u) ? null : r4.__k, r4.__k = m($, { children: [t4] }), f5 = [], o5 = [], z(r4, r4.__k, i4 || p, p, r4.namespaceURI, i4 ? null : r4.firstChild ? d.call(r4.childNodes) : null, f5, i4 ? i4.__e : r4.firstChild, u4, o5), E(f5, r4.__k, o5), r4.__k.props.children = null;
  }
  n = { __e: function(n3, t4, r4, u4) {
    for (var i4, o5, e4; t4 = t4.__; ) if ((i4 = t4.__c) && !(1 & i4.__g)) {
      i4.__g |= 4;
      try {
        if ((e4 = (o5 = i4.constructor) && o5.getDerivedStateFromError) && i4.setState(o5.getDerivedStateFromError(n3)), i4.componentDidCatch && (i4.componentDidCatch(n3, u4 || {}), e4 = 1), e4 && 8 & i4.__g) return void (i4.__g |= 2);
      } catch (t5) {
        n3 = t5;
      }
    }
    throw f = 0, n3;
  } }, t = 0, r = function(n3) {
    return null != n3 && n3.constructor === h;
  }, x.prototype.setState = function(n3, t4) {
    var r4 = this.__s;
    r4 && r4 != this.state || (r4 = this.__s = _({}, this.state)), "function" == typeof n3 && (n3 = n3(_({}, r4), this.props)), n3 && (_(r4, n3), this.__v && (t4 && this.__k.push(t4), L(this)));
  }, x.prototype.forceUpdate = function(n3) {
    this.__v && (this.__g |= 4, n3 && this.__h.push(n3), L(this));
  }, x.prototype.render = $, u = [], f = 0, o = function(n3, t4) {
    return n3.__v.__b - t4.__v.__b;
  }, e = /* @__PURE__ */ Symbol(), l = /(PointerCapture)$|Capture$/i, c = 0, a = {}, s = 0;

  // node_modules/preact/hooks/dist/hooks.mjs
  var t2;
  var r2;
  var u2;
  var i2;
  var o2 = Object.is;
  var f2 = 0;
  var c2 = [];
  var e2 = [];
  var a2 = n;
  var v2 = a2.__b;
  var l2 = a2.__r;
  var m2 = a2.diffed;
  var h2 = a2.__c;
  var s2 = a2.unmount;
  var p2 = a2.__;
  function y2(n3, t4) {
    a2.__h && a2.__h(r2, n3, f2 || t4), f2 = 0;
    var u4 = r2.__H || (r2.__H = { __: [], __h: [] });
    return n3 >= u4.__.length && u4.__.push({}), u4.__[n3];
  }
  function d2(n3) {
    return f2 = 1, _2(G2, n3);
  }
  function _2(n3, u4, i4) {
    var f5 = y2(t2++, 2);
    if (f5.t = n3, !f5.__c && (f5.__ = [i4 ? i4(u4) : G2(void 0, u4), function(n4) {
      var t4 = (f5.__N || f5.__)[0], r4 = f5.t(t4, n4);
      o2(t4, r4) || (f5.__N = [r4, f5.__[1]], f5.__c.setState({}));
    }], f5.__c = r2, !r2.__f)) {
      r2.__f = true;
      var c4 = r2.shouldComponentUpdate;
      r2.shouldComponentUpdate = function(n4, t4, r4) {
        var u5 = this.__H;
        if (!u5) return true;
        var i5 = false, f6 = this.props != n4;
        if (u5.__.some(function(n5) {
          n5.__N && (i5 = true, o2(n5.__[0], n5.__N[0]) || (f6 = true));
        }), c4) {
          var e4 = c4.call(this, n4, t4, r4);
          return i5 ? e4 || f6 : e4;
        }
        return !i5 || f6;
      };
    }
    return f5.__;
  }
  function A2(n3, u4) {
    var i4 = y2(t2++, 3);
    !a2.__s && E2(i4.__H, u4) && (i4.__P = true, i4.__ = n3, i4.u = u4, r2.__H.__h.push(i4));
  }
  function F2(n3, u4) {
    var i4 = y2(t2++, 4);
    !a2.__s && E2(i4.__H, u4) && (i4.__P = false, i4.__ = n3, i4.u = u4, r2.__h.push(i4));
  }
  function T2(n3) {
    return f2 = 5, w2(function() {
      return { current: n3 };
    }, []);
  }
  function w2(n3, r4) {
    var u4 = y2(t2++, 7);
    return E2(u4.__H, r4) && (u4.__ = n3(), u4.__H = r4), u4.__;
  }
  function P2() {
    var n3 = y2(t2++, 11);
    if (!n3.__) {
      for (var u4 = r2.__v; !u4.__m && u4.__; ) u4 = u4.__;
      var i4 = u4.__m || (u4.__m = [0, 0]);
      n3.__ = "P" + i4[0] + "-" + i4[1]++;
    }
    return n3.__;
  }
  function g2() {
    var n3;
    do {
      for (; n3 = e2.shift(); ) try {
        C2(n3);
      } catch (t5) {
        a2.__e(t5, { __: (n3 = n3.__P) && n3.__v });
      }
      for (; n3 = c2.shift(); ) {
        var t4 = n3.__H;
        if (n3.__P && t4) try {
          t4.__h.some(C2), t4.__h.some(D2), t4.__h = [];
        } catch (r4) {
          t4.__h = [], a2.__e(r4, n3.__v);
        }
      }
    } while (e2.length);
  }
  a2.__b = function(n3) {
    r2 = null, v2 && v2(n3);
  }, a2.__ = function(n3, t4) {
    n3 && t4.__k && t4.__k.__m && (n3.__m = t4.__k.__m), p2 && p2(n3, t4);
  }, a2.__r = function(n3) {
    l2 && l2(n3), t2 = 0;
    var i4 = (r2 = n3.__c).__H;
    i4 && (u2 == r2 ? r2.__h = [] : (i4.__h.some(C2), i4.__h.some(D2), t2 = 0), i4.__h = [], i4.__.some(function(n4) {
      n4.__N && (n4.__ = n4.__N), n4.u = n4.__N = void 0;
    })), u2 = r2;
  }, a2.diffed = function(n3) {
    m2 && m2(n3);
    var t4 = n3.__c;
    t4 && t4.__H && (t4.__H.__h.length && B2(c2.push(t4)), t4.__H.__.some(function(n4) {
      n4.u && (n4.__H = n4.u);
    })), u2 = r2 = null;
  }, a2.__c = function(n3, t4) {
    t4.some(function(n4) {
      try {
        n4.__h.some(C2), n4.__h = n4.__h.filter(function(n5) {
          return !n5.__ || D2(n5);
        });
      } catch (t5) {
        n4.__h = [function() {
          throw t5;
        }];
      }
    }), h2 && h2(n3, t4);
  }, a2.unmount = function(n3) {
    s2 && s2(n3);
    var t4, r4, u4 = n3.__c;
    u4 && u4.__H && (u4.__H.__.some(function(u5) {
      try {
        if (u5.__P && u5.__c) {
          if (void 0 === r4) {
            for (r4 = n3.__; r4 && (!r4.__c || !r4.__c.__P); ) r4 = r4.__;
            r4 = r4 && r4.__c;
          }
          u5.__P = r4, B2(e2.push(u5));
        } else C2(u5);
      } catch (n4) {
        t4 = n4;
      }
    }), u4.__H = void 0, t4 && a2.__e(t4, u4.__v));
  };
  var k2 = "function" == typeof requestAnimationFrame;
  function z2(n3) {
    var t4, r4 = function() {
      clearTimeout(u4), k2 && cancelAnimationFrame(t4), setTimeout(n3);
    }, u4 = setTimeout(r4, 35);
    k2 && (t4 = requestAnimationFrame(r4));
  }
  function B2(n3) {
    1 != n3 && i2 == a2.requestAnimationFrame || ((i2 = a2.requestAnimationFrame) || z2)(g2);
  }
  function C2(n3) {
    var t4 = r2, u4 = n3.__c;
    "function" == typeof u4 && (n3.__c = void 0, u4()), r2 = t4;
  }
  function D2(n3) {
    var t4 = r2;
    n3.__c = n3.__(), r2 = t4;
  }
  function E2(n3, t4) {
    return !n3 || n3.length != t4.length || t4.some(function(t5, r4) {
      return !o2(t5, n3[r4]);
    });
  }
  function G2(n3, t4) {
    return "function" == typeof t4 ? t4(n3) : t4;
  }

  // node_modules/@preact/signals-core/dist/signals-core.module.js
  var i3 = /* @__PURE__ */ Symbol.for("preact-signals");
  function t3() {
    if (!(v3 > 1)) {
      var i4, t4 = false;
      !(function() {
        var i5 = c3;
        c3 = void 0;
        while (void 0 !== i5) {
          var t5 = i5.S;
          if (t5.v === i5.v) {
            for (var r5 = t5.t; void 0 !== r5; r5 = r5.x) if (r5.i === i5.i) r5.i = t5.i;
          }
          i5 = i5.o;
        }
      })();
      while (void 0 !== h3) {
        var r4 = h3;
        h3 = void 0;
        s3++;
        while (void 0 !== r4) {
          var n3 = r4.u;
          r4.u = void 0;
          r4.f &= -3;
          if (!(8 & r4.f) && w3(r4)) try {
            r4.c();
          } catch (r5) {
            if (!t4) {
              i4 = r5;
              t4 = true;
            }
          }
          r4 = n3;
        }
      }
      s3 = 0;
      v3--;
      if (t4) throw i4;
    } else v3--;
  }
  function r3(i4) {
    if (v3 > 0) return i4();
    u3 = ++e3;
    v3++;
    try {
      return i4();
    } finally {
      t3();
    }
  }
  var n2;
  var o3 = void 0;
  function f3(i4) {
    var t4 = o3, r4 = n2;
    o3 = void 0;
    n2 = void 0;
    try {
      return i4();
    } finally {
      o3 = t4;
      n2 = r4;
    }
  }
  var h3 = void 0;
  var v3 = 0;
  var s3 = 0;
  var e3 = 0;
  var u3 = 0;
  var c3 = void 0;
  var a3 = 0;
  function d3(i4) {
    if (void 0 !== o3) {
      var t4 = i4.n;
      if (void 0 === t4 || t4.t !== o3) {
        t4 = { i: 0, S: i4, p: o3.s, n: void 0, t: o3, e: void 0, x: void 0, r: t4 };
        if (void 0 !== o3.s) o3.s.n = t4;
        o3.s = t4;
        i4.n = t4;
        if (32 & o3.f) i4.S(t4);
        return t4;
      } else if (-1 === t4.i) {
        t4.i = 0;
        if (void 0 !== t4.n) {
          t4.n.p = t4.p;
          if (void 0 !== t4.p) t4.p.n = t4.n;
          t4.p = o3.s;
          t4.n = void 0;
          o3.s.n = t4;
          o3.s = t4;
        }
        return t4;
      }
    }
  }
  function l3(i4, t4) {
    this.v = i4;
    this.i = 0;
    this.n = void 0;
    this.t = void 0;
    this.l = 0;
    this.W = null == t4 ? void 0 : t4.watched;
    this.Z = null == t4 ? void 0 : t4.unwatched;
    this.name = null == t4 ? void 0 : t4.name;
  }
  l3.prototype.brand = i3;
  l3.prototype.h = function() {
    return true;
  };
  l3.prototype.S = function(i4) {
    var t4 = this, r4 = this.t;
    if (r4 !== i4 && void 0 === i4.e) {
      i4.x = r4;
      this.t = i4;
      if (void 0 !== r4) r4.e = i4;
      else f3(function() {
        var i5;
        null == (i5 = t4.W) || i5.call(t4);
      });
    }
  };
  l3.prototype.U = function(i4) {
    var t4 = this;
    if (void 0 !== this.t) {
      var r4 = i4.e, n3 = i4.x;
      if (void 0 !== r4) {
        r4.x = n3;
        i4.e = void 0;
      }
      if (void 0 !== n3) {
        n3.e = r4;
        i4.x = void 0;
      }
      if (i4 === this.t) {
        this.t = n3;
        if (void 0 === n3) f3(function() {
          var i5;
          null == (i5 = t4.Z) || i5.call(t4);
        });
      }
    }
  };
  l3.prototype.subscribe = function(i4) {
    var t4 = this;
    return x2(function() {
      var r4 = t4.value;
      f3(function() {
        return i4(r4);
      });
    }, { name: "sub" });
  };
  l3.prototype.valueOf = function() {
    return this.value;
  };
  l3.prototype.toString = function() {
    return this.value + "";
  };
  l3.prototype.toJSON = function() {
    return this.value;
  };
  l3.prototype.peek = function() {
    var i4 = this;
    return f3(function() {
      return i4.value;
    });
  };
  Object.defineProperty(l3.prototype, "value", { get: function() {
    var i4 = d3(this);
    if (void 0 !== i4) i4.i = this.i;
    return this.v;
  }, set: function(i4) {
    if (i4 !== this.v) {
      if (s3 > 100) throw new Error("Cycle detected");
      !(function(i5) {
        if (0 !== v3 && 0 === s3) {
          if (i5.l !== u3) {
            i5.l = u3;
            c3 = { S: i5, v: i5.v, i: i5.i, o: c3 };
          }
        }
      })(this);
      this.v = i4;
      this.i++;
      a3++;
      v3++;
      try {
        for (var r4 = this.t; void 0 !== r4; r4 = r4.x) r4.t.N();
      } finally {
        t3();
      }
    }
  } });
  function y3(i4, t4) {
    return new l3(i4, t4);
  }
  function w3(i4) {
    for (var t4 = i4.s; void 0 !== t4; t4 = t4.n) if (t4.S.i !== t4.i || !t4.S.h() || t4.S.i !== t4.i) return true;
    return false;
  }
  function b(i4) {
    for (var t4 = i4.s; void 0 !== t4; t4 = t4.n) {
      var r4 = t4.S.n;
      if (void 0 !== r4) t4.r = r4;
      t4.S.n = t4;
      t4.i = -1;
      if (void 0 === t4.n) {
        i4.s = t4;
        break;
      }
    }
  }
  function _3(i4) {
    var t4 = i4.s, r4 = void 0;
    while (void 0 !== t4) {
      var n3 = t4.p;
      if (-1 === t4.i) {
        t4.S.U(t4);
        if (void 0 !== n3) n3.n = t4.n;
        if (void 0 !== t4.n) t4.n.p = n3;
      } else r4 = t4;
      t4.S.n = t4.r;
      if (void 0 !== t4.r) t4.r = void 0;
      t4 = n3;
    }
    i4.s = r4;
  }
  function j2(i4, t4) {
    l3.call(this, void 0, t4);
    this.x = i4;
    this.s = void 0;
    this.g = a3 - 1;
    this.f = 4;
  }
  j2.prototype = new l3();
  j2.prototype.h = function() {
    this.f &= -3;
    if (1 & this.f) return false;
    if (32 == (36 & this.f)) return true;
    this.f &= -5;
    if (this.g === a3) return true;
    this.g = a3;
    this.f |= 1;
    if (this.i > 0 && !w3(this)) {
      this.f &= -2;
      return true;
    }
    var i4 = o3;
    try {
      b(this);
      o3 = this;
      var t4 = this.x();
      if (16 & this.f || this.v !== t4 || 0 === this.i) {
        this.v = t4;
        this.f &= -17;
        this.i++;
      }
    } catch (i5) {
      this.v = i5;
      this.f |= 16;
      this.i++;
    }
    o3 = i4;
    _3(this);
    this.f &= -2;
    return true;
  };
  j2.prototype.S = function(i4) {
    if (void 0 === this.t) {
      this.f |= 36;
      for (var t4 = this.s; void 0 !== t4; t4 = t4.n) t4.S.S(t4);
    }
    l3.prototype.S.call(this, i4);
  };
  j2.prototype.U = function(i4) {
    if (void 0 !== this.t) {
      l3.prototype.U.call(this, i4);
      if (void 0 === this.t) {
        this.f &= -33;
        for (var t4 = this.s; void 0 !== t4; t4 = t4.n) t4.S.U(t4);
      }
    }
  };
  j2.prototype.N = function() {
    if (!(2 & this.f)) {
      this.f |= 6;
      for (var i4 = this.t; void 0 !== i4; i4 = i4.x) i4.t.N();
    }
  };
  Object.defineProperty(j2.prototype, "value", { get: function() {
    if (1 & this.f) throw new Error("Cycle detected");
    var i4 = d3(this);
    this.h();
    if (void 0 !== i4) i4.i = this.i;
    if (16 & this.f) throw this.v;
    return this.v;
  } });
  function O(i4, t4) {
    return new j2(i4, t4);
  }
  function p3(i4) {
    var r4 = i4.j;
    i4.j = void 0;
    if ("function" == typeof r4) {
      v3++;
      var n3 = o3;
      o3 = void 0;
      try {
        r4();
      } catch (t4) {
        i4.f &= -2;
        i4.f |= 8;
        g3(i4);
        throw t4;
      } finally {
        o3 = n3;
        t3();
      }
    }
  }
  function g3(i4) {
    for (var t4 = i4.s; void 0 !== t4; t4 = t4.n) t4.S.U(t4);
    i4.x = void 0;
    i4.s = void 0;
    p3(i4);
  }
  function S2(i4) {
    if (o3 !== this) throw new Error("Out-of-order effect");
    _3(this);
    o3 = i4;
    this.f &= -2;
    try {
      if (8 & this.f) g3(this);
    } finally {
      t3();
    }
  }
  function m3(i4, t4) {
    this.x = i4;
    this.j = void 0;
    this.s = void 0;
    this.u = void 0;
    this.f = 32;
    this.name = null == t4 ? void 0 : t4.name;
    if (n2) n2.push(this);
  }
  m3.prototype.c = function() {
    var i4 = this.S();
    try {
      if (8 & this.f) return;
      if (void 0 === this.x) return;
      var t4 = this.x();
      if ("function" == typeof t4) this.j = t4;
    } finally {
      i4();
    }
  };
  m3.prototype.S = function() {
    if (1 & this.f) throw new Error("Cycle detected");
    this.f |= 1;
    this.f &= -9;
    p3(this);
    b(this);
    v3++;
    var i4 = o3;
    o3 = this;
    return S2.bind(this, i4);
  };
  m3.prototype.N = function() {
    if (!(2 & this.f)) {
      this.f |= 2;
      this.u = h3;
      h3 = this;
    }
  };
  m3.prototype.d = function() {
    this.f |= 8;
    if (!(1 & this.f)) g3(this);
  };
  m3.prototype.dispose = function() {
    this.d();
  };
  function x2(i4, t4) {
    var r4 = new m3(i4, t4);
    try {
      r4.c();
    } catch (i5) {
      r4.d();
      throw i5;
    }
    var n3 = r4.d.bind(r4);
    n3[Symbol.dispose] = n3;
    return n3;
  }

  // node_modules/@preact/signals/dist/signals.module.js
  var h4;
  var d4;
  var p4;
  var m4 = "undefined" != typeof window && !!window.__PREACT_SIGNALS_DEVTOOLS__;
  var g4 = [];
  x2(function() {
    h4 = this.N;
  })();
  function b2(i4, n3) {
    n[i4] = n3.bind(null, n[i4] || function() {
    });
  }
  function y4(i4) {
    if (p4) {
      var n3 = p4;
      p4 = void 0;
      n3();
    }
    p4 = i4 && i4.S();
  }
  function w4(i4) {
    var n3 = this, r4 = i4.data, t4 = useSignal(r4);
    t4.name = "ReactiveDom";
    t4.value = r4;
    var e4 = w2(function() {
      var i5 = n3, r5 = n3.__v;
      while (r5 = r5.__) if (r5.__c) {
        r5.__c.__$f |= 4;
        break;
      }
      var o5 = O(function() {
        var i6 = t4.value.value;
        return 0 === i6 ? 0 : true === i6 ? "" : i6 || "";
      }), e5 = O(function() {
        return !Array.isArray(o5.value) && !r(o5.value);
      }), u5 = x2(function() {
        this.N = M;
        if (e5.value) {
          var n4 = o5.value;
          if (i5.__v && i5.__v.__e && 3 === i5.__v.__e.nodeType) i5.__v.__e.data = n4;
        }
      }), c5 = n3.__$u.d;
      n3.__$u.d = function() {
        u5();
        c5.call(this);
      };
      return [e5, o5];
    }, []), u4 = e4[0], c4 = e4[1];
    return u4.value ? c4.peek() : c4.value;
  }
  w4.displayName = "ReactiveTextNode";
  Object.defineProperties(l3.prototype, { constructor: { configurable: true, value: k($, null).constructor }, type: { configurable: true, value: w4 }, props: { configurable: true, get: function() {
    var i4 = this;
    return { data: { get value() {
      return i4.value;
    } } };
  } }, __b: { configurable: true, value: 1 } });
  b2("__b", function(i4, n3) {
    y4();
    d4 = void 0;
    if ("string" == typeof n3.type) {
      var r4, t4 = n3.props;
      for (var f5 in t4) if ("children" !== f5) {
        var o5 = t4[f5];
        if (o5 instanceof l3) {
          if (!r4) n3.__np = r4 = {};
          r4[f5] = o5;
          t4[f5] = o5.peek();
        }
      }
    }
    i4(n3);
  });
  b2("__r", function(i4, r4) {
    i4(r4);
    if (r4.type !== $) {
      y4();
      var t4, f5 = r4.__c;
      if (f5) {
        f5.__$f &= -2;
        if (void 0 === (t4 = f5.__$u)) f5.__$u = t4 = (function(i5, n3) {
          var r5;
          x2(function() {
            r5 = this;
          }, { name: n3 });
          r5.c = i5;
          return r5;
        })(/* @__PURE__ */ (function(i5) {
          return function() {
            var n3;
            if (m4) null == (n3 = this.y) || n3.call(this);
            i5.__$f |= 1;
            i5.setState({});
          };
        })(f5), "function" == typeof r4.type ? r4.type.displayName || r4.type.name : "");
      }
      d4 = f5;
      y4(t4);
    }
  });
  b2("__e", function(i4, n3, r4, t4) {
    y4();
    d4 = void 0;
    i4(n3, r4, t4);
  });
  b2("diffed", function(i4, n3) {
    y4();
    d4 = void 0;
    var r4;
    if ("string" == typeof n3.type && (r4 = n3.__e)) {
      var t4 = n3.__np, f5 = n3.props, o5 = r4.U;
      if (o5) for (var e4 in o5) {
        var u4 = o5[e4];
        if (!(void 0 === u4 || t4 && e4 in t4)) {
          u4.d();
          o5[e4] = void 0;
        }
      }
      if (t4) {
        if (!o5) {
          o5 = {};
          r4.U = o5;
        }
        for (var a5 in t4) {
          var c4 = o5[a5], v4 = t4[a5];
          if (void 0 === c4) {
            c4 = k3(r4, a5, v4, f5);
            o5[a5] = c4;
          } else c4.o(v4, f5);
        }
      }
    }
    i4(n3);
  });
  function k3(i4, n3, r4, t4) {
    var f5 = n3 in i4 && void 0 === i4.ownerSVGElement, o5 = y3(r4);
    return { o: function(i5, n4) {
      o5.value = i5;
      t4 = n4;
    }, d: x2(function() {
      this.N = M;
      var r5 = o5.value.value;
      if (t4[n3] !== r5) {
        t4[n3] = r5;
        if (f5) i4[n3] = r5;
        else if (null != r5 && (false !== r5 || "-" === n3[4])) i4.setAttribute(n3, r5);
        else i4.removeAttribute(n3);
      }
    }) };
  }
  b2("unmount", function(i4, n3) {
    if ("string" == typeof n3.type) {
      var r4 = n3.__e;
      if (r4) {
        var t4 = r4.U;
        if (t4) {
          r4.U = void 0;
          for (var f5 in t4) {
            var o5 = t4[f5];
            if (o5) o5.d();
          }
        }
      }
      var e4 = n3.__np;
      if (e4) {
        var u4 = n3.props;
        for (var a5 in e4) u4[a5] = e4[a5];
      }
      n3.__np = void 0;
    } else {
      var c4 = n3.__c;
      if (c4) {
        c4.__$f |= 8;
        var v4 = c4.__$u;
        if (v4) {
          c4.__$u = void 0;
          v4.d();
        }
      }
    }
    i4(n3);
  });
  b2("__h", function(i4, n3, r4, t4) {
    if (t4 < 3) n3.__$f |= 2;
    i4(n3, r4, t4);
  });
  x.prototype.shouldComponentUpdate = function(i4, n3) {
    if (this.__R) return true;
    var r4 = this.__$u, t4 = r4 && void 0 !== r4.s;
    for (var f5 in n3) return true;
    if (this.__f || "boolean" == typeof this.u && true === this.u) {
      var o5 = 2 & this.__$f;
      if (!(t4 || o5 || 4 & this.__$f)) return true;
      if (1 & this.__$f) return true;
    } else {
      if (!(t4 || 4 & this.__$f)) return true;
      if (3 & this.__$f) return true;
    }
    for (var e4 in i4) if ("__source" !== e4 && i4[e4] !== this.props[e4]) return true;
    for (var u4 in this.props) if (!(u4 in i4)) return true;
    return false;
  };
  function useSignal(i4, n3) {
    return w2(function() {
      return y3(i4, n3);
    }, []);
  }
  var A3 = function(i4) {
    queueMicrotask(function() {
      queueMicrotask(i4);
    });
  };
  function F3() {
    r3(function() {
      var i4;
      while (i4 = g4.shift()) h4.call(i4);
    });
  }
  function M() {
    if (1 === g4.push(this)) (n.requestAnimationFrame || A3)(F3);
  }

  // src/api/client.ts
  var ApiError = class extends Error {
    constructor(status, body) {
      super(body.error);
      this.status = status;
      this.body = body;
    }
    status;
    body;
  };
  var GatewayError = class extends Error {
    constructor(status, requestId2) {
      super(
        status === 401 || status === 403 ? "The gateway in front of the service does not let this page in." : `The gateway in front of the service answered ${status}.`
      );
      this.status = status;
      this.requestId = requestId2;
    }
    status;
    requestId;
  };
  var NetworkError = class extends Error {
    constructor() {
      super("The service can't be reached.");
    }
  };
  var Client = class {
    constructor(base2, tokens) {
      this.base = base2;
      this.tokens = tokens;
    }
    base;
    tokens;
    /** The answer to a request. Throws an `ApiError`, a `GatewayError` or a `NetworkError`. */
    async ask(path2, asked = {}) {
      const response = await this.respond(path2, asked);
      const body = await read(response);
      if (response.ok && body !== void 0) return body;
      if (isErrorBody(body)) throw new ApiError(response.status, body);
      throw new GatewayError(response.status, requestId(response));
    }
    /** The answer as text, as an export is, and where the next part of it begins. */
    async text(path2, accept) {
      const response = await this.respond(path2, { headers: { accept } });
      if (response.ok) {
        return { text: await response.text(), next: response.headers.get("x-next-cursor") ?? void 0 };
      }
      const body = await read(response);
      if (isErrorBody(body)) throw new ApiError(response.status, body);
      throw new GatewayError(response.status, requestId(response));
    }
    async respond(path2, asked) {
      const response = await this.send(path2, asked);
      if (response.status !== 401 || this.tokens === void 0) return response;
      return await this.tokens.renew() ? this.send(path2, asked) : response;
    }
    async send(path2, asked) {
      const headers = { accept: "application/json", ...asked.headers };
      const token = await this.tokens?.token();
      if (token !== void 0) headers.authorization = `Bearer ${token}`;
      if (asked.body !== void 0) headers["content-type"] = "application/json";
      try {
        return await fetch(this.base + path2, {
          method: asked.method ?? "GET",
          headers,
          // The browser would let equal requests of two tabs wait for each other.
          cache: "no-store",
          signal: asked.signal ?? null,
          ...asked.body === void 0 ? {} : { body: JSON.stringify(asked.body) }
        });
      } catch (error) {
        if (isAbort(error)) throw error;
        throw new NetworkError();
      }
    }
  };
  function isAbort(error) {
    return error instanceof DOMException && error.name === "AbortError";
  }
  function path(path2, parameters2) {
    const query = new URLSearchParams();
    for (const [name, value2] of Object.entries(parameters2)) {
      if (value2 !== void 0 && value2 !== "") query.set(name, value2);
    }
    const text2 = query.toString();
    return text2 === "" ? path2 : `${path2}?${text2}`;
  }
  async function read(response) {
    try {
      return await response.json();
    } catch (error) {
      if (isAbort(error)) throw error;
      return void 0;
    }
  }
  function isErrorBody(body) {
    return typeof body === "object" && body !== null && "error" in body && "guidance" in body;
  }
  function requestId(response) {
    const names = ["x-request-id", "x-amzn-requestid", "apigw-requestid"];
    return names.map((name) => response.headers.get(name)).find((id) => id !== null) ?? void 0;
  }

  // src/lib/route.ts
  function parse(hash) {
    const text2 = hash.replace(/^#?\/?/, "");
    const [path2 = "", query = ""] = text2.split(/\?(.*)/s);
    const parameters2 = {};
    for (const [name, value2] of new URLSearchParams(query)) {
      if (value2 !== "") parameters2[name] = value2;
    }
    return { path: path2.split("/").filter((it) => it !== "").map(decode), parameters: parameters2 };
  }
  function format(path2, parameters2 = {}) {
    const query = new URLSearchParams();
    for (const [name, value2] of Object.entries(parameters2)) {
      if (value2 !== void 0 && value2 !== "") query.set(name, value2);
    }
    const text2 = query.toString();
    return `#/${path2.map(encodeURIComponent).join("/")}${text2 === "" ? "" : `?${text2}`}`;
  }
  function decode(text2) {
    try {
      return decodeURIComponent(text2);
    } catch {
      return text2;
    }
  }

  // node_modules/oauth4webapi/build/index.js
  var USER_AGENT;
  if (typeof navigator === "undefined" || !navigator.userAgent?.startsWith?.("Mozilla/5.0 ")) {
    const NAME = "oauth4webapi";
    const VERSION = "v3.8.8";
    USER_AGENT = `${NAME}/${VERSION}`;
  }
  function looseInstanceOf(input, expected2) {
    if (input == null) {
      return false;
    }
    try {
      return input instanceof expected2 || Object.getPrototypeOf(input)[Symbol.toStringTag] === expected2.prototype[Symbol.toStringTag];
    } catch {
      return false;
    }
  }
  var ERR_INVALID_ARG_VALUE = "ERR_INVALID_ARG_VALUE";
  var ERR_INVALID_ARG_TYPE = "ERR_INVALID_ARG_TYPE";
  function CodedTypeError(message, code, cause) {
    const err = new TypeError(message, { cause });
    Object.assign(err, { code });
    return err;
  }
  var allowInsecureRequests = /* @__PURE__ */ Symbol();
  var clockSkew = /* @__PURE__ */ Symbol();
  var clockTolerance = /* @__PURE__ */ Symbol();
  var customFetch = /* @__PURE__ */ Symbol();
  var jweDecrypt = /* @__PURE__ */ Symbol();
  var encoder = new TextEncoder();
  var decoder = new TextDecoder();
  function buf(input) {
    if (typeof input === "string") {
      return encoder.encode(input);
    }
    return decoder.decode(input);
  }
  var encodeBase64Url;
  if (Uint8Array.prototype.toBase64) {
    encodeBase64Url = (input) => {
      if (input instanceof ArrayBuffer) {
        input = new Uint8Array(input);
      }
      return input.toBase64({ alphabet: "base64url", omitPadding: true });
    };
  } else {
    const CHUNK_SIZE = 32768;
    encodeBase64Url = (input) => {
      if (input instanceof ArrayBuffer) {
        input = new Uint8Array(input);
      }
      const arr = [];
      for (let i4 = 0; i4 < input.byteLength; i4 += CHUNK_SIZE) {
        arr.push(String.fromCharCode.apply(null, input.subarray(i4, i4 + CHUNK_SIZE)));
      }
      return btoa(arr.join("")).replace(/=/g, "").replace(/\+/g, "-").replace(/\//g, "_");
    };
  }
  var decodeBase64Url;
  if (Uint8Array.fromBase64) {
    decodeBase64Url = (input) => {
      try {
        return Uint8Array.fromBase64(input, { alphabet: "base64url" });
      } catch (cause) {
        throw CodedTypeError("The input to be decoded is not correctly encoded.", ERR_INVALID_ARG_VALUE, cause);
      }
    };
  } else {
    decodeBase64Url = (input) => {
      try {
        const binary = atob(input.replace(/-/g, "+").replace(/_/g, "/").replace(/\s/g, ""));
        const bytes = new Uint8Array(binary.length);
        for (let i4 = 0; i4 < binary.length; i4++) {
          bytes[i4] = binary.charCodeAt(i4);
        }
        return bytes;
      } catch (cause) {
        throw CodedTypeError("The input to be decoded is not correctly encoded.", ERR_INVALID_ARG_VALUE, cause);
      }
    };
  }
  function b64u(input) {
    if (typeof input === "string") {
      return decodeBase64Url(input);
    }
    return encodeBase64Url(input);
  }
  var UnsupportedOperationError = class extends Error {
    code;
    constructor(message, options) {
      super(message, options);
      this.name = this.constructor.name;
      this.code = UNSUPPORTED_OPERATION;
      Error.captureStackTrace?.(this, this.constructor);
    }
  };
  var OperationProcessingError = class extends Error {
    code;
    constructor(message, options) {
      super(message, options);
      this.name = this.constructor.name;
      if (options?.code) {
        this.code = options?.code;
      }
      Error.captureStackTrace?.(this, this.constructor);
    }
  };
  function OPE(message, code, cause) {
    return new OperationProcessingError(message, { code, cause });
  }
  function isJsonObject(input) {
    if (input === null || typeof input !== "object" || Array.isArray(input)) {
      return false;
    }
    return true;
  }
  function prepareHeaders(input) {
    if (looseInstanceOf(input, Headers)) {
      input = Object.fromEntries(input.entries());
    }
    const headers = new Headers(input ?? {});
    if (USER_AGENT && !headers.has("user-agent")) {
      headers.set("user-agent", USER_AGENT);
    }
    if (headers.has("authorization")) {
      throw CodedTypeError('"options.headers" must not include the "authorization" header name', ERR_INVALID_ARG_VALUE);
    }
    return headers;
  }
  function signal(url, value2) {
    if (value2 !== void 0) {
      if (typeof value2 === "function") {
        value2 = value2(url.href);
      }
      if (!(value2 instanceof AbortSignal)) {
        throw CodedTypeError('"options.signal" must return or be an instance of AbortSignal', ERR_INVALID_ARG_TYPE);
      }
      return value2;
    }
    return void 0;
  }
  function replaceDoubleSlash(pathname) {
    if (pathname.includes("//")) {
      return pathname.replace("//", "/");
    }
    return pathname;
  }
  function prependWellKnown(url, wellKnown, allowTerminatingSlash = false) {
    if (url.pathname === "/") {
      url.pathname = wellKnown;
    } else {
      url.pathname = replaceDoubleSlash(`${wellKnown}/${allowTerminatingSlash ? url.pathname : url.pathname.replace(/(\/)$/, "")}`);
    }
    return url;
  }
  function appendWellKnown(url, wellKnown) {
    url.pathname = replaceDoubleSlash(`${url.pathname}/${wellKnown}`);
    return url;
  }
  async function performDiscovery(input, urlName, transform, options) {
    if (!(input instanceof URL)) {
      throw CodedTypeError(`"${urlName}" must be an instance of URL`, ERR_INVALID_ARG_TYPE);
    }
    checkProtocol(input, options?.[allowInsecureRequests] !== true);
    const url = transform(new URL(input.href));
    const headers = prepareHeaders(options?.headers);
    headers.set("accept", "application/json");
    return (options?.[customFetch] || fetch)(url.href, {
      body: void 0,
      headers: Object.fromEntries(headers.entries()),
      method: "GET",
      redirect: "manual",
      signal: signal(url, options?.signal)
    });
  }
  async function discoveryRequest(issuerIdentifier, options) {
    return performDiscovery(issuerIdentifier, "issuerIdentifier", (url) => {
      switch (options?.algorithm) {
        case void 0:
        case "oidc":
          appendWellKnown(url, ".well-known/openid-configuration");
          break;
        case "oauth2":
          prependWellKnown(url, ".well-known/oauth-authorization-server");
          break;
        default:
          throw CodedTypeError('"options.algorithm" must be "oidc" (default), or "oauth2"', ERR_INVALID_ARG_VALUE);
      }
      return url;
    }, options);
  }
  function assertNumber(input, allow0, it, code, cause) {
    try {
      if (typeof input !== "number" || !Number.isFinite(input)) {
        throw CodedTypeError(`${it} must be a number`, ERR_INVALID_ARG_TYPE, cause);
      }
      if (input > 0)
        return;
      if (allow0) {
        if (input !== 0) {
          throw CodedTypeError(`${it} must be a non-negative number`, ERR_INVALID_ARG_VALUE, cause);
        }
        return;
      }
      throw CodedTypeError(`${it} must be a positive number`, ERR_INVALID_ARG_VALUE, cause);
    } catch (err) {
      if (code) {
        throw OPE(err.message, code, cause);
      }
      throw err;
    }
  }
  function assertString(input, it, code, cause) {
    try {
      if (typeof input !== "string") {
        throw CodedTypeError(`${it} must be a string`, ERR_INVALID_ARG_TYPE, cause);
      }
      if (input.length === 0) {
        throw CodedTypeError(`${it} must not be empty`, ERR_INVALID_ARG_VALUE, cause);
      }
    } catch (err) {
      if (code) {
        throw OPE(err.message, code, cause);
      }
      throw err;
    }
  }
  async function processDiscoveryResponse(expectedIssuerIdentifier, response) {
    const expected2 = expectedIssuerIdentifier;
    if (!(expected2 instanceof URL) && expected2 !== _nodiscoverycheck) {
      throw CodedTypeError('"expectedIssuerIdentifier" must be an instance of URL', ERR_INVALID_ARG_TYPE);
    }
    if (!looseInstanceOf(response, Response)) {
      throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    if (response.status !== 200) {
      throw OPE('"response" is not a conform Authorization Server Metadata response (unexpected HTTP status code)', RESPONSE_IS_NOT_CONFORM, response);
    }
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response);
    assertString(json.issuer, '"response" body "issuer" property', INVALID_RESPONSE, { body: json });
    if (expected2 !== _nodiscoverycheck && new URL(json.issuer).href !== expected2.href) {
      throw OPE('"response" body "issuer" property does not match the expected value', JSON_ATTRIBUTE_COMPARISON, { expected: expected2.href, body: json, attribute: "issuer" });
    }
    return json;
  }
  function assertApplicationJson(response) {
    assertContentType(response, "application/json");
  }
  function notJson(response, ...types) {
    let msg = '"response" content-type must be ';
    if (types.length > 2) {
      const last = types.pop();
      msg += `${types.join(", ")}, or ${last}`;
    } else if (types.length === 2) {
      msg += `${types[0]} or ${types[1]}`;
    } else {
      msg += types[0];
    }
    return OPE(msg, RESPONSE_IS_NOT_JSON, response);
  }
  function assertContentType(response, contentType) {
    if (getContentType(response) !== contentType) {
      throw notJson(response, contentType);
    }
  }
  function randomBytes() {
    return b64u(crypto.getRandomValues(new Uint8Array(32)));
  }
  function generateRandomCodeVerifier() {
    return randomBytes();
  }
  function generateRandomState() {
    return randomBytes();
  }
  function generateRandomNonce() {
    return randomBytes();
  }
  async function calculatePKCECodeChallenge(codeVerifier) {
    assertString(codeVerifier, "codeVerifier");
    return b64u(await crypto.subtle.digest("SHA-256", buf(codeVerifier)));
  }
  function getClockSkew(client2) {
    const skew = client2?.[clockSkew];
    return typeof skew === "number" && Number.isFinite(skew) ? skew : 0;
  }
  function getClockTolerance(client2) {
    const tolerance = client2?.[clockTolerance];
    return typeof tolerance === "number" && Number.isFinite(tolerance) && Math.sign(tolerance) !== -1 ? tolerance : 30;
  }
  function epochTime() {
    return Math.floor(Date.now() / 1e3);
  }
  function assertAs(as) {
    if (typeof as !== "object" || as === null) {
      throw CodedTypeError('"as" must be an object', ERR_INVALID_ARG_TYPE);
    }
    assertString(as.issuer, '"as.issuer"');
  }
  function assertClient(client2) {
    if (typeof client2 !== "object" || client2 === null) {
      throw CodedTypeError('"client" must be an object', ERR_INVALID_ARG_TYPE);
    }
    assertString(client2.client_id, '"client.client_id"');
  }
  function None() {
    return (_as, client2, body, _headers) => {
      body.set("client_id", client2.client_id);
    };
  }
  var URLParse = URL.parse ? (url, base2) => URL.parse(url, base2) : (url, base2) => {
    try {
      return new URL(url, base2);
    } catch {
      return null;
    }
  };
  function checkProtocol(url, enforceHttps) {
    if (enforceHttps && url.protocol !== "https:") {
      throw OPE("only requests to HTTPS are allowed", HTTP_REQUEST_FORBIDDEN, url);
    }
    if (url.protocol !== "https:" && url.protocol !== "http:") {
      throw OPE("only HTTP and HTTPS requests are allowed", REQUEST_PROTOCOL_FORBIDDEN, url);
    }
  }
  function validateEndpoint(value2, endpoint2, useMtlsAlias, enforceHttps) {
    let url;
    if (typeof value2 !== "string" || !(url = URLParse(value2))) {
      throw OPE(`authorization server metadata does not contain a valid ${useMtlsAlias ? `"as.mtls_endpoint_aliases.${endpoint2}"` : `"as.${endpoint2}"`}`, value2 === void 0 ? MISSING_SERVER_METADATA : INVALID_SERVER_METADATA, { attribute: useMtlsAlias ? `mtls_endpoint_aliases.${endpoint2}` : endpoint2 });
    }
    checkProtocol(url, enforceHttps);
    return url;
  }
  function resolveEndpoint(as, endpoint2, useMtlsAlias, enforceHttps) {
    if (useMtlsAlias && as.mtls_endpoint_aliases && endpoint2 in as.mtls_endpoint_aliases) {
      return validateEndpoint(as.mtls_endpoint_aliases[endpoint2], endpoint2, useMtlsAlias, enforceHttps);
    }
    return validateEndpoint(as[endpoint2], endpoint2, useMtlsAlias, enforceHttps);
  }
  var ResponseBodyError = class extends Error {
    cause;
    code;
    error;
    status;
    error_description;
    response;
    constructor(message, options) {
      super(message, options);
      this.name = this.constructor.name;
      this.code = RESPONSE_BODY_ERROR;
      this.cause = options.cause;
      this.error = options.cause.error;
      this.status = options.response.status;
      this.error_description = options.cause.error_description;
      Object.defineProperty(this, "response", { enumerable: false, value: options.response });
      Error.captureStackTrace?.(this, this.constructor);
    }
  };
  var AuthorizationResponseError = class extends Error {
    cause;
    code;
    error;
    error_description;
    constructor(message, options) {
      super(message, options);
      this.name = this.constructor.name;
      this.code = AUTHORIZATION_RESPONSE_ERROR;
      this.cause = options.cause;
      this.error = options.cause.get("error");
      this.error_description = options.cause.get("error_description") ?? void 0;
      Error.captureStackTrace?.(this, this.constructor);
    }
  };
  var WWWAuthenticateChallengeError = class extends Error {
    cause;
    code;
    response;
    status;
    constructor(message, options) {
      super(message, options);
      this.name = this.constructor.name;
      this.code = WWW_AUTHENTICATE_CHALLENGE;
      this.cause = options.cause;
      this.status = options.response.status;
      this.response = options.response;
      Object.defineProperty(this, "response", { enumerable: false });
      Error.captureStackTrace?.(this, this.constructor);
    }
  };
  var tokenMatch = "[a-zA-Z0-9!#$%&\\'\\*\\+\\-\\.\\^_`\\|~]+";
  var token68Match = "[a-zA-Z0-9\\-\\._\\~\\+\\/]+={0,2}";
  var quotedMatch = '"((?:[^"\\\\]|\\\\[\\s\\S])*)"';
  var quotedParamMatcher = "(" + tokenMatch + ")\\s*=\\s*" + quotedMatch;
  var paramMatcher = "(" + tokenMatch + ")\\s*=\\s*(" + tokenMatch + ")";
  var schemeRE = new RegExp("^[,\\s]*(" + tokenMatch + ")");
  var quotedParamRE = new RegExp("^[,\\s]*" + quotedParamMatcher + "[,\\s]*(.*)");
  var unquotedParamRE = new RegExp("^[,\\s]*" + paramMatcher + "[,\\s]*(.*)");
  var token68ParamRE = new RegExp("^(" + token68Match + ")(?:$|[,\\s])(.*)");
  function parseWwwAuthenticateChallenges(response) {
    if (!looseInstanceOf(response, Response)) {
      throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    const header = response.headers.get("www-authenticate");
    if (header === null) {
      return void 0;
    }
    const challenges = [];
    let rest = header;
    while (rest) {
      let match = rest.match(schemeRE);
      const scheme = match?.["1"].toLowerCase();
      if (!scheme) {
        return void 0;
      }
      const afterScheme = rest.substring(match[0].length);
      if (afterScheme && !afterScheme.match(/^[\s,]/)) {
        return void 0;
      }
      const spaceMatch = afterScheme.match(/^\s+(.*)$/);
      const hasParameters = !!spaceMatch;
      rest = spaceMatch ? spaceMatch[1] : void 0;
      const parameters2 = {};
      let token68;
      if (hasParameters) {
        while (rest) {
          let key;
          let value2;
          if (match = rest.match(quotedParamRE)) {
            ;
            [, key, value2, rest] = match;
            if (value2.includes("\\")) {
              value2 = value2.replace(/\\([\s\S])/g, "$1");
            }
            parameters2[key.toLowerCase()] = value2;
            continue;
          }
          if (match = rest.match(unquotedParamRE)) {
            ;
            [, key, value2, rest] = match;
            parameters2[key.toLowerCase()] = value2;
            continue;
          }
          if (match = rest.match(token68ParamRE)) {
            if (Object.keys(parameters2).length) {
              break;
            }
            ;
            [, token68, rest] = match;
            break;
          }
          return void 0;
        }
      } else {
        rest = afterScheme || void 0;
      }
      const challenge = { scheme, parameters: parameters2 };
      if (token68) {
        challenge.token68 = token68;
      }
      challenges.push(challenge);
    }
    if (!challenges.length) {
      return void 0;
    }
    return challenges;
  }
  async function parseOAuthResponseErrorBody(response) {
    if (response.status > 399 && response.status < 500) {
      assertReadableResponse(response);
      assertApplicationJson(response);
      try {
        const json = await response.clone().json();
        if (isJsonObject(json) && typeof json.error === "string" && json.error.length) {
          return json;
        }
      } catch {
      }
    }
    return void 0;
  }
  async function checkOAuthBodyError(response, expected2, label2) {
    if (response.status !== expected2) {
      checkAuthenticationChallenges(response);
      let err;
      if (err = await parseOAuthResponseErrorBody(response)) {
        await response.body?.cancel();
        throw new ResponseBodyError("server responded with an error in the response body", {
          cause: err,
          response
        });
      }
      throw OPE(`"response" is not a conform ${label2} response (unexpected HTTP status code)`, RESPONSE_IS_NOT_CONFORM, response);
    }
  }
  function assertDPoP(option) {
    if (!branded.has(option)) {
      throw CodedTypeError('"options.DPoP" is not a valid DPoPHandle', ERR_INVALID_ARG_VALUE);
    }
  }
  function getContentType(input) {
    return input.headers.get("content-type")?.split(";")[0];
  }
  async function authenticatedRequest(as, client2, clientAuthentication, url, body, headers, options) {
    await clientAuthentication(as, client2, body, headers);
    headers.set("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
    return (options?.[customFetch] || fetch)(url.href, {
      body,
      headers: Object.fromEntries(headers.entries()),
      method: "POST",
      redirect: "manual",
      signal: signal(url, options?.signal)
    });
  }
  async function tokenEndpointRequest(as, client2, clientAuthentication, grantType, parameters2, options) {
    const url = resolveEndpoint(as, "token_endpoint", client2.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    parameters2.set("grant_type", grantType);
    const headers = prepareHeaders(options?.headers);
    headers.set("accept", "application/json");
    if (options?.DPoP !== void 0) {
      assertDPoP(options.DPoP);
      await options.DPoP.addProof(url, headers, "POST");
    }
    const response = await authenticatedRequest(as, client2, clientAuthentication, url, parameters2, headers, options);
    options?.DPoP?.cacheNonce(response, url);
    return response;
  }
  async function refreshTokenGrantRequest(as, client2, clientAuthentication, refreshToken, options) {
    assertAs(as);
    assertClient(client2);
    assertString(refreshToken, '"refreshToken"');
    const parameters2 = new URLSearchParams(options?.additionalParameters);
    parameters2.set("refresh_token", refreshToken);
    return tokenEndpointRequest(as, client2, clientAuthentication, "refresh_token", parameters2, options);
  }
  var idTokenClaims = /* @__PURE__ */ new WeakMap();
  var jwtRefs = /* @__PURE__ */ new WeakMap();
  function getValidatedIdTokenClaims(ref) {
    if (!ref.id_token) {
      return void 0;
    }
    const claims = idTokenClaims.get(ref);
    if (!claims) {
      throw CodedTypeError('"ref" was already garbage collected or did not resolve from the proper sources', ERR_INVALID_ARG_VALUE);
    }
    return claims;
  }
  async function processGenericAccessTokenResponse(as, client2, response, additionalRequiredIdTokenClaims, decryptFn, recognizedTokenTypes) {
    assertAs(as);
    assertClient(client2);
    if (!looseInstanceOf(response, Response)) {
      throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    await checkOAuthBodyError(response, 200, "Token Endpoint");
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response);
    assertString(json.access_token, '"response" body "access_token" property', INVALID_RESPONSE, {
      body: json
    });
    assertString(json.token_type, '"response" body "token_type" property', INVALID_RESPONSE, {
      body: json
    });
    json.token_type = json.token_type.toLowerCase();
    if (json.expires_in !== void 0) {
      let expiresIn = typeof json.expires_in !== "number" ? parseFloat(json.expires_in) : json.expires_in;
      assertNumber(expiresIn, true, '"response" body "expires_in" property', INVALID_RESPONSE, {
        body: json
      });
      json.expires_in = expiresIn;
    }
    if (json.refresh_token !== void 0) {
      assertString(json.refresh_token, '"response" body "refresh_token" property', INVALID_RESPONSE, {
        body: json
      });
    }
    if (json.scope !== void 0 && typeof json.scope !== "string") {
      throw OPE('"response" body "scope" property must be a string', INVALID_RESPONSE, { body: json });
    }
    if (json.id_token !== void 0) {
      assertString(json.id_token, '"response" body "id_token" property', INVALID_RESPONSE, {
        body: json
      });
      const requiredClaims = [];
      if (client2.require_auth_time === true) {
        requiredClaims.push("auth_time");
      }
      if (client2.default_max_age !== void 0) {
        assertNumber(client2.default_max_age, true, '"client.default_max_age"');
        requiredClaims.push("auth_time");
      }
      if (additionalRequiredIdTokenClaims?.length) {
        requiredClaims.push(...additionalRequiredIdTokenClaims);
      }
      const { claims, jwt } = await validateIdTokenClaims(as, client2, json.id_token, requiredClaims, decryptFn);
      validateIdTokenAuthorizedParty(client2, claims);
      validateIdTokenAuthTimeClaim(claims);
      jwtRefs.set(response, jwt);
      idTokenClaims.set(json, claims);
    }
    if (recognizedTokenTypes?.[json.token_type] !== void 0) {
      recognizedTokenTypes[json.token_type](response, json);
    } else if (json.token_type !== "dpop" && json.token_type !== "bearer") {
      throw new UnsupportedOperationError("unsupported `token_type` value", { cause: { body: json } });
    }
    return json;
  }
  function checkAuthenticationChallenges(response) {
    let challenges;
    if (challenges = parseWwwAuthenticateChallenges(response)) {
      throw new WWWAuthenticateChallengeError("server responded with a challenge in the WWW-Authenticate HTTP Header", { cause: challenges, response });
    }
  }
  async function processRefreshTokenResponse(as, client2, response, options) {
    return processGenericAccessTokenResponse(as, client2, response, void 0, options?.[jweDecrypt], options?.recognizedTokenTypes);
  }
  function validateAudience(expected2, result) {
    if (Array.isArray(result.claims.aud)) {
      if (!result.claims.aud.includes(expected2)) {
        throw OPE('unexpected JWT "aud" (audience) claim value', JWT_CLAIM_COMPARISON, {
          expected: expected2,
          claims: result.claims,
          claim: "aud"
        });
      }
    } else if (result.claims.aud !== expected2) {
      throw OPE('unexpected JWT "aud" (audience) claim value', JWT_CLAIM_COMPARISON, {
        expected: expected2,
        claims: result.claims,
        claim: "aud"
      });
    }
    return result;
  }
  function validateIssuer(as, result) {
    const expected2 = as[_expectedIssuer]?.(result) ?? as.issuer;
    if (result.claims.iss !== expected2) {
      throw OPE('unexpected JWT "iss" (issuer) claim value', JWT_CLAIM_COMPARISON, {
        expected: expected2,
        claims: result.claims,
        claim: "iss"
      });
    }
    return result;
  }
  var branded = /* @__PURE__ */ new WeakSet();
  function brand(searchParams) {
    branded.add(searchParams);
    return searchParams;
  }
  var nopkce = /* @__PURE__ */ Symbol();
  async function authorizationCodeGrantRequest(as, client2, clientAuthentication, callbackParameters, redirectUri, codeVerifier, options) {
    assertAs(as);
    assertClient(client2);
    if (!branded.has(callbackParameters)) {
      throw CodedTypeError('"callbackParameters" must be an instance of URLSearchParams obtained from "validateAuthResponse()", or "validateJwtAuthResponse()', ERR_INVALID_ARG_VALUE);
    }
    assertString(redirectUri, '"redirectUri"');
    const code = getURLSearchParameter(callbackParameters, "code");
    if (!code) {
      throw OPE('no authorization code in "callbackParameters"', INVALID_RESPONSE);
    }
    const parameters2 = new URLSearchParams(options?.additionalParameters);
    parameters2.set("redirect_uri", redirectUri);
    parameters2.set("code", code);
    if (codeVerifier !== nopkce) {
      assertString(codeVerifier, '"codeVerifier"');
      parameters2.set("code_verifier", codeVerifier);
    }
    return tokenEndpointRequest(as, client2, clientAuthentication, "authorization_code", parameters2, options);
  }
  var jwtClaimNames = {
    aud: "audience",
    c_hash: "code hash",
    client_id: "client id",
    exp: "expiration time",
    iat: "issued at",
    iss: "issuer",
    jti: "jwt id",
    nonce: "nonce",
    s_hash: "state hash",
    sub: "subject",
    ath: "access token hash",
    htm: "http method",
    htu: "http uri",
    cnf: "confirmation",
    auth_time: "authentication time"
  };
  function validatePresence(required, result) {
    for (const claim of required) {
      if (result.claims[claim] === void 0) {
        throw OPE(`JWT "${claim}" (${jwtClaimNames[claim]}) claim missing`, INVALID_RESPONSE, {
          claims: result.claims
        });
      }
    }
    return result;
  }
  function validateStringClaim(claim, result) {
    if (typeof result.claims[claim] !== "string") {
      throw OPE(`unexpected JWT "${claim}" (${jwtClaimNames[claim]}) claim type`, INVALID_RESPONSE, {
        claims: result.claims
      });
    }
    return result;
  }
  function validateIdTokenClaims(as, client2, idToken, requiredClaims, decryptFn) {
    return validateJwt(idToken, checkSigningAlgorithm.bind(void 0, client2.id_token_signed_response_alg, as.id_token_signing_alg_values_supported, "RS256"), getClockSkew(client2), getClockTolerance(client2), decryptFn).then(validatePresence.bind(void 0, ["aud", "exp", "iat", "iss", "sub", ...requiredClaims])).then(validateIssuer.bind(void 0, as)).then(validateAudience.bind(void 0, client2.client_id)).then(validateStringClaim.bind(void 0, "sub"));
  }
  function resolveIdTokenMaxAge(client2, maxAge) {
    if (maxAge === skipAuthTimeCheck) {
      return maxAge;
    }
    const fromClient = maxAge === void 0;
    if (fromClient) {
      maxAge = client2.default_max_age;
    }
    if (maxAge === void 0) {
      return skipAuthTimeCheck;
    }
    assertNumber(maxAge, true, fromClient ? '"client.default_max_age"' : '"maxAge" argument');
    return maxAge;
  }
  function validateIdTokenAuthTimeClaim(claims) {
    if (claims.auth_time !== void 0) {
      assertNumber(claims.auth_time, true, 'ID Token "auth_time" (authentication time)', INVALID_RESPONSE, { claims });
    }
  }
  function validateIdTokenAuthTime(client2, claims, maxAge) {
    if (maxAge === skipAuthTimeCheck) {
      return;
    }
    const now2 = epochTime() + getClockSkew(client2);
    const tolerance = getClockTolerance(client2);
    if (claims.auth_time + maxAge < now2 - tolerance) {
      throw OPE("too much time has elapsed since the last End-User authentication", JWT_TIMESTAMP_CHECK, { claims, now: now2, tolerance, claim: "auth_time" });
    }
  }
  function validateIdTokenNonce(claims, expectedNonce) {
    const expected2 = expectedNonce === expectNoNonce ? void 0 : expectedNonce;
    if (claims.nonce !== expected2) {
      throw OPE('unexpected ID Token "nonce" claim value', JWT_CLAIM_COMPARISON, {
        expected: expected2,
        claims,
        claim: "nonce"
      });
    }
  }
  function validateIdTokenAuthorizedParty(client2, claims) {
    if (Array.isArray(claims.aud) && claims.aud.length !== 1) {
      if (claims.azp === void 0) {
        throw OPE('ID Token "aud" (audience) claim includes additional untrusted audiences', JWT_CLAIM_COMPARISON, { claims, claim: "aud" });
      }
      if (claims.azp !== client2.client_id) {
        throw OPE('unexpected ID Token "azp" (authorized party) claim value', JWT_CLAIM_COMPARISON, {
          expected: client2.client_id,
          claims,
          claim: "azp"
        });
      }
    }
  }
  var expectNoNonce = /* @__PURE__ */ Symbol();
  var skipAuthTimeCheck = /* @__PURE__ */ Symbol();
  async function processAuthorizationCodeResponse(as, client2, response, options) {
    if (typeof options?.expectedNonce === "string" || typeof options?.maxAge === "number" || options?.requireIdToken) {
      return processAuthorizationCodeOpenIDResponse(as, client2, response, options.expectedNonce, options.maxAge, options[jweDecrypt], options.recognizedTokenTypes);
    }
    return processAuthorizationCodeOAuth2Response(as, client2, response, options?.maxAge, options?.[jweDecrypt], options?.recognizedTokenTypes);
  }
  async function processAuthorizationCodeOpenIDResponse(as, client2, response, expectedNonce, maxAge, decryptFn, recognizedTokenTypes) {
    const additionalRequiredClaims = [];
    switch (expectedNonce) {
      case void 0:
        expectedNonce = expectNoNonce;
        break;
      case expectNoNonce:
        break;
      default:
        assertString(expectedNonce, '"expectedNonce" argument');
        additionalRequiredClaims.push("nonce");
    }
    maxAge = resolveIdTokenMaxAge(client2, maxAge);
    if (maxAge !== skipAuthTimeCheck) {
      additionalRequiredClaims.push("auth_time");
    }
    const result = await processGenericAccessTokenResponse(as, client2, response, additionalRequiredClaims, decryptFn, recognizedTokenTypes);
    assertString(result.id_token, '"response" body "id_token" property', INVALID_RESPONSE, {
      body: result
    });
    const claims = getValidatedIdTokenClaims(result);
    validateIdTokenAuthTime(client2, claims, maxAge);
    validateIdTokenNonce(claims, expectedNonce);
    return result;
  }
  async function processAuthorizationCodeOAuth2Response(as, client2, response, maxAge, decryptFn, recognizedTokenTypes) {
    const result = await processGenericAccessTokenResponse(as, client2, response, void 0, decryptFn, recognizedTokenTypes);
    const claims = getValidatedIdTokenClaims(result);
    if (claims) {
      validateIdTokenAuthTime(client2, claims, resolveIdTokenMaxAge(client2, maxAge));
      validateIdTokenNonce(claims, expectNoNonce);
    }
    return result;
  }
  var WWW_AUTHENTICATE_CHALLENGE = "OAUTH_WWW_AUTHENTICATE_CHALLENGE";
  var RESPONSE_BODY_ERROR = "OAUTH_RESPONSE_BODY_ERROR";
  var UNSUPPORTED_OPERATION = "OAUTH_UNSUPPORTED_OPERATION";
  var AUTHORIZATION_RESPONSE_ERROR = "OAUTH_AUTHORIZATION_RESPONSE_ERROR";
  var PARSE_ERROR = "OAUTH_PARSE_ERROR";
  var INVALID_RESPONSE = "OAUTH_INVALID_RESPONSE";
  var RESPONSE_IS_NOT_JSON = "OAUTH_RESPONSE_IS_NOT_JSON";
  var RESPONSE_IS_NOT_CONFORM = "OAUTH_RESPONSE_IS_NOT_CONFORM";
  var HTTP_REQUEST_FORBIDDEN = "OAUTH_HTTP_REQUEST_FORBIDDEN";
  var REQUEST_PROTOCOL_FORBIDDEN = "OAUTH_REQUEST_PROTOCOL_FORBIDDEN";
  var JWT_TIMESTAMP_CHECK = "OAUTH_JWT_TIMESTAMP_CHECK_FAILED";
  var JWT_CLAIM_COMPARISON = "OAUTH_JWT_CLAIM_COMPARISON_FAILED";
  var JSON_ATTRIBUTE_COMPARISON = "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED";
  var MISSING_SERVER_METADATA = "OAUTH_MISSING_SERVER_METADATA";
  var INVALID_SERVER_METADATA = "OAUTH_INVALID_SERVER_METADATA";
  async function revocationRequest(as, client2, clientAuthentication, token, options) {
    assertAs(as);
    assertClient(client2);
    assertString(token, '"token"');
    const url = resolveEndpoint(as, "revocation_endpoint", client2.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    const body = new URLSearchParams(options?.additionalParameters);
    body.set("token", token);
    const headers = prepareHeaders(options?.headers);
    headers.delete("accept");
    return authenticatedRequest(as, client2, clientAuthentication, url, body, headers, options);
  }
  async function processRevocationResponse(response) {
    if (!looseInstanceOf(response, Response)) {
      throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    await checkOAuthBodyError(response, 200, "Revocation Endpoint");
    return void 0;
  }
  function assertReadableResponse(response) {
    if (response.bodyUsed) {
      throw CodedTypeError('"response" body has been used already', ERR_INVALID_ARG_VALUE);
    }
  }
  async function validateJwt(jws, checkAlg, clockSkew2, clockTolerance2, decryptJwt) {
    let { 0: protectedHeader, 1: payload, length } = jws.split(".");
    if (length === 5) {
      if (decryptJwt !== void 0) {
        jws = await decryptJwt(jws);
        ({ 0: protectedHeader, 1: payload, length } = jws.split("."));
      } else {
        throw new UnsupportedOperationError("JWE decryption is not configured", { cause: jws });
      }
    }
    if (length !== 3) {
      throw OPE("Invalid JWT", INVALID_RESPONSE, jws);
    }
    let header;
    try {
      header = JSON.parse(buf(b64u(protectedHeader)));
    } catch (cause) {
      throw OPE("failed to parse JWT Header body as base64url encoded JSON", PARSE_ERROR, cause);
    }
    if (!isJsonObject(header)) {
      throw OPE("JWT Header must be a top level object", INVALID_RESPONSE, jws);
    }
    checkAlg(header);
    if (header.crit !== void 0) {
      throw new UnsupportedOperationError('no JWT "crit" header parameter extensions are supported', {
        cause: { header }
      });
    }
    let claims;
    try {
      claims = JSON.parse(buf(b64u(payload)));
    } catch (cause) {
      throw OPE("failed to parse JWT Payload body as base64url encoded JSON", PARSE_ERROR, cause);
    }
    if (!isJsonObject(claims)) {
      throw OPE("JWT Payload must be a top level object", INVALID_RESPONSE, jws);
    }
    const now2 = epochTime() + clockSkew2;
    if (claims.exp !== void 0) {
      if (typeof claims.exp !== "number") {
        throw OPE('unexpected JWT "exp" (expiration time) claim type', INVALID_RESPONSE, { claims });
      }
      if (claims.exp <= now2 - clockTolerance2) {
        throw OPE('unexpected JWT "exp" (expiration time) claim value, expiration is past current timestamp', JWT_TIMESTAMP_CHECK, { claims, now: now2, tolerance: clockTolerance2, claim: "exp" });
      }
    }
    if (claims.iat !== void 0) {
      if (typeof claims.iat !== "number") {
        throw OPE('unexpected JWT "iat" (issued at) claim type', INVALID_RESPONSE, { claims });
      }
    }
    if (claims.iss !== void 0) {
      if (typeof claims.iss !== "string") {
        throw OPE('unexpected JWT "iss" (issuer) claim type', INVALID_RESPONSE, { claims });
      }
    }
    if (claims.nbf !== void 0) {
      if (typeof claims.nbf !== "number") {
        throw OPE('unexpected JWT "nbf" (not before) claim type', INVALID_RESPONSE, { claims });
      }
      if (claims.nbf > now2 + clockTolerance2) {
        throw OPE('unexpected JWT "nbf" (not before) claim value', JWT_TIMESTAMP_CHECK, {
          claims,
          now: now2,
          tolerance: clockTolerance2,
          claim: "nbf"
        });
      }
    }
    if (claims.aud !== void 0) {
      if (typeof claims.aud !== "string" && !Array.isArray(claims.aud)) {
        throw OPE('unexpected JWT "aud" (audience) claim type', INVALID_RESPONSE, { claims });
      }
    }
    return { header, claims, jwt: jws };
  }
  function checkSigningAlgorithm(client2, issuer, fallback, header) {
    if (client2 !== void 0) {
      if (typeof client2 === "string" ? header.alg !== client2 : !client2.includes(header.alg)) {
        throw OPE('unexpected JWT "alg" header parameter', INVALID_RESPONSE, {
          header,
          expected: client2,
          reason: "client configuration"
        });
      }
      return;
    }
    if (Array.isArray(issuer)) {
      if (!issuer.includes(header.alg)) {
        throw OPE('unexpected JWT "alg" header parameter', INVALID_RESPONSE, {
          header,
          expected: issuer,
          reason: "authorization server metadata"
        });
      }
      return;
    }
    if (fallback !== void 0) {
      if (typeof fallback === "string" ? header.alg !== fallback : typeof fallback === "function" ? !fallback(header.alg) : !fallback.includes(header.alg)) {
        throw OPE('unexpected JWT "alg" header parameter', INVALID_RESPONSE, {
          header,
          expected: fallback,
          reason: "default value"
        });
      }
      return;
    }
    throw OPE('missing client or server configuration to verify used JWT "alg" header parameter', void 0, { client: client2, issuer, fallback });
  }
  function getURLSearchParameter(parameters2, name) {
    const { 0: value2, length } = parameters2.getAll(name);
    if (length > 1) {
      throw OPE(`"${name}" parameter must be provided only once`, INVALID_RESPONSE);
    }
    return value2;
  }
  var skipStateCheck = /* @__PURE__ */ Symbol();
  var expectNoState = /* @__PURE__ */ Symbol();
  function validateAuthResponse(as, client2, parameters2, expectedState) {
    assertAs(as);
    assertClient(client2);
    if (parameters2 instanceof URL) {
      parameters2 = parameters2.searchParams;
    }
    if (!(parameters2 instanceof URLSearchParams)) {
      throw CodedTypeError('"parameters" must be an instance of URLSearchParams, or URL', ERR_INVALID_ARG_TYPE);
    }
    if (getURLSearchParameter(parameters2, "response")) {
      throw OPE('"parameters" contains a JARM response, use validateJwtAuthResponse() instead of validateAuthResponse()', INVALID_RESPONSE, { parameters: parameters2 });
    }
    const iss = getURLSearchParameter(parameters2, "iss");
    const state = getURLSearchParameter(parameters2, "state");
    if (!iss && as.authorization_response_iss_parameter_supported) {
      throw OPE('response parameter "iss" (issuer) missing', INVALID_RESPONSE, { parameters: parameters2 });
    }
    if (iss && iss !== as.issuer) {
      throw OPE('unexpected "iss" (issuer) response parameter value', INVALID_RESPONSE, {
        expected: as.issuer,
        parameters: parameters2
      });
    }
    switch (expectedState) {
      case void 0:
      case expectNoState:
        if (state !== void 0) {
          throw OPE('unexpected "state" response parameter encountered', INVALID_RESPONSE, {
            expected: void 0,
            parameters: parameters2
          });
        }
        break;
      case skipStateCheck:
        break;
      default:
        assertString(expectedState, '"expectedState" argument');
        if (state !== expectedState) {
          throw OPE(state === void 0 ? 'response parameter "state" missing' : 'unexpected "state" response parameter value', INVALID_RESPONSE, { expected: expectedState, parameters: parameters2 });
        }
    }
    const error = getURLSearchParameter(parameters2, "error");
    if (error) {
      throw new AuthorizationResponseError("authorization response from the server is an error", {
        cause: parameters2
      });
    }
    const id_token = getURLSearchParameter(parameters2, "id_token");
    const token = getURLSearchParameter(parameters2, "token");
    if (id_token !== void 0 || token !== void 0) {
      throw new UnsupportedOperationError("implicit and hybrid flows are not supported");
    }
    return brand(new URLSearchParams(parameters2));
  }
  async function getResponseJsonBody(response, check = assertApplicationJson) {
    let json;
    try {
      json = await response.json();
    } catch (cause) {
      check(response);
      throw OPE('failed to parse "response" body as JSON', PARSE_ERROR, cause);
    }
    if (!isJsonObject(json)) {
      throw OPE('"response" body must be a top level object', INVALID_RESPONSE, { body: json });
    }
    return json;
  }
  var _nodiscoverycheck = /* @__PURE__ */ Symbol();
  var _expectedIssuer = /* @__PURE__ */ Symbol();

  // src/sign-in/provider.ts
  var Provider = class _Provider {
    constructor(settings, server, redirectUri) {
      this.settings = settings;
      this.server = server;
      this.redirectUri = redirectUri;
      this.client = { client_id: settings.client_id };
    }
    settings;
    server;
    redirectUri;
    client;
    /** Reads the provider's metadata. */
    static async at(settings, redirectUri) {
      const issuer = new URL(settings.issuer);
      const response = await discoveryRequest(issuer, insecure(settings));
      const server = await processDiscoveryResponse(issuer, response);
      return new _Provider(settings, server, redirectUri);
    }
    /** A new sign-in: what to keep, and where to send the person. */
    async begin(hash) {
      const transaction = {
        verifier: generateRandomCodeVerifier(),
        state: generateRandomState(),
        nonce: generateRandomNonce(),
        hash
      };
      const url = endpoint(this.server.authorization_endpoint, "authorization");
      const parameters2 = {
        client_id: this.settings.client_id,
        redirect_uri: this.redirectUri,
        response_type: "code",
        scope: this.settings.scope,
        state: transaction.state,
        nonce: transaction.nonce,
        code_challenge: await calculatePKCECodeChallenge(transaction.verifier),
        code_challenge_method: "S256"
      };
      for (const [name, value2] of Object.entries(parameters2)) url.searchParams.set(name, value2);
      return { transaction, url: url.href };
    }
    /** The tokens for the code that the provider sent the person back with. */
    async finish(transaction, returned, now2) {
      const parameters2 = validateAuthResponse(
        this.server,
        this.client,
        returned,
        transaction.state
      );
      const response = await authorizationCodeGrantRequest(
        this.server,
        this.client,
        None(),
        parameters2,
        this.redirectUri,
        transaction.verifier,
        insecure(this.settings)
      );
      const granted = await processAuthorizationCodeResponse(this.server, this.client, response, {
        expectedNonce: transaction.nonce,
        requireIdToken: true
      });
      return this.tokens(granted, void 0, now2);
    }
    /** New tokens without the person; `undefined` where the provider gave nothing to renew with. */
    async renew(tokens, now2) {
      if (tokens.refreshToken === void 0) return void 0;
      const response = await refreshTokenGrantRequest(
        this.server,
        this.client,
        None(),
        tokens.refreshToken,
        insecure(this.settings)
      );
      const granted = await processRefreshTokenResponse(this.server, this.client, response);
      return this.tokens(granted, tokens, now2);
    }
    /** Where to send the person to end the session at the provider, where it has such an address. */
    endSessionUrl(tokens) {
      if (this.server.end_session_endpoint === void 0) return void 0;
      const url = new URL(this.server.end_session_endpoint);
      url.searchParams.set("client_id", this.settings.client_id);
      url.searchParams.set("post_logout_redirect_uri", this.redirectUri);
      url.searchParams.set("logout_uri", this.redirectUri);
      if (tokens?.idToken !== void 0) url.searchParams.set("id_token_hint", tokens.idToken);
      return url.href;
    }
    /** Makes the refresh token worthless, where the provider can (RFC 7009). */
    async revoke(tokens) {
      if (tokens.refreshToken === void 0 || this.server.revocation_endpoint === void 0) return;
      const response = await revocationRequest(
        this.server,
        this.client,
        None(),
        tokens.refreshToken,
        insecure(this.settings)
      );
      await processRevocationResponse(response);
    }
    /** A renewal may leave out what has not changed. */
    tokens(granted, before, now2) {
      const idToken = granted.id_token ?? before?.idToken;
      const isId = this.settings.token === "id_token";
      const bearer = isId ? granted.id_token : granted.access_token;
      if (bearer === void 0) throw new Error("The provider sent no ID token.");
      return {
        bearer,
        idToken,
        refreshToken: granted.refresh_token ?? before?.refreshToken,
        expiresAt: isId ? (getValidatedIdTokenClaims(granted)?.exp ?? now2 / 1e3) * 1e3 : now2 + (granted.expires_in ?? 300) * 1e3
      };
    }
  };
  function endpoint(address, what) {
    if (address === void 0) throw new Error(`The provider names no ${what} endpoint.`);
    return new URL(address);
  }
  function insecure(settings) {
    return { [allowInsecureRequests]: settings.issuer.startsWith("http://") };
  }

  // src/sign-in/session.ts
  var TRANSACTION = "rds-ops.sign-in";
  var SIGNED_OUT = "rds-ops.signed-out";
  var EARLY = 6e4;
  var SignIn = class {
    constructor(settings, base2, browser) {
      this.settings = settings;
      this.base = base2;
      this.browser = browser;
    }
    settings;
    base;
    browser;
    state = y3({ kind: "none" });
    provider;
    tokens;
    renewing;
    /** Takes up what the address says: a return from the provider, or a page to sign in for. */
    async start() {
      if (this.settings === void 0) return;
      this.state.value = { kind: "working" };
      const { searchParams } = this.browser.address;
      if (searchParams.has("code") || searchParams.has("error")) {
        await this.attempt(() => this.comeBack());
      } else if (this.browser.storage.getItem(SIGNED_OUT) !== null) {
        this.state.value = { kind: "signed-out", ended: false };
      } else {
        await this.signIn();
      }
    }
    /** Sends the person to the provider. */
    async signIn() {
      this.state.value = { kind: "working" };
      await this.attempt(async () => {
        const provider = await this.known();
        const { transaction, url } = await provider.begin(this.browser.address.hash);
        this.browser.storage.removeItem(SIGNED_OUT);
        this.browser.storage.setItem(TRANSACTION, JSON.stringify(transaction));
        this.browser.go(url);
      });
    }
    /** The token for a request; `undefined` where there is none. */
    async token() {
      if (this.tokens !== void 0 && this.tokens.expiresAt - this.browser.now() < EARLY / 2) {
        await this.renew();
      }
      return this.tokens?.bearer;
    }
    /** Renews the tokens, as after an answer that they have ended. Whether there are new ones. */
    renew() {
      this.renewing ??= this.renewOnce().finally(() => {
        this.renewing = void 0;
      });
      return this.renewing;
    }
    /** Forgets the tokens, and ends the session at the provider where it can be ended. */
    async signOut() {
      const { tokens } = this;
      this.tokens = void 0;
      this.browser.storage.setItem(SIGNED_OUT, "");
      this.state.value = { kind: "signed-out", ended: false };
      const provider = await this.known().catch(() => void 0);
      if (provider === void 0) return;
      if (tokens !== void 0) await provider.revoke(tokens).catch(() => void 0);
      const url = provider.endSessionUrl(tokens);
      if (url !== void 0) this.browser.go(url);
    }
    async comeBack() {
      const returned = this.browser.address;
      const kept = this.browser.storage.getItem(TRANSACTION);
      this.browser.storage.removeItem(TRANSACTION);
      if (kept === null) {
        this.browser.replace(this.base + returned.hash);
        await this.signIn();
        return;
      }
      const transaction = JSON.parse(kept);
      this.browser.replace(this.base + transaction.hash);
      const provider = await this.known();
      this.keep(await provider.finish(transaction, returned, this.browser.now()));
    }
    keep(tokens) {
      this.tokens = tokens;
      this.state.value = { kind: "signed-in" };
      const left = tokens.expiresAt - this.browser.now() - EARLY;
      this.browser.after(Math.max(left, 1e3), () => {
        if (this.tokens === tokens) void this.renew();
      });
    }
    async renewOnce() {
      const { tokens } = this;
      if (tokens === void 0) return false;
      try {
        const provider = await this.known();
        const renewed = await provider.renew(tokens, this.browser.now());
        if (this.tokens !== tokens) return false;
        if (renewed !== void 0) {
          this.keep(renewed);
          return true;
        }
      } catch {
      }
      if (this.tokens === tokens && tokens.expiresAt <= this.browser.now()) this.end();
      return false;
    }
    /** What the person had has ended. The page stays as it is. */
    end() {
      this.tokens = void 0;
      this.state.value = { kind: "signed-out", ended: true };
    }
    async attempt(step) {
      try {
        await step();
      } catch (error) {
        this.state.value = { kind: "failed", message: sentence(error) };
      }
    }
    known() {
      const { settings } = this;
      if (settings === void 0) throw new Error("This service signs nobody in.");
      this.provider ??= Provider.at(settings, this.base).catch((error) => {
        this.provider = void 0;
        throw error;
      });
      return this.provider;
    }
  };
  function sentence(error) {
    if (error instanceof Error) {
      const described = error.error_description;
      return typeof described === "string" ? described : error.message;
    }
    return String(error);
  }

  // src/app.ts
  var base = new URL("..", scriptAddress()).href;
  var signIn = new SignIn(signInSettings(), base, {
    get address() {
      return new URL(location.href);
    },
    go: (url) => location.assign(url),
    replace: (url) => {
      history.replaceState(null, "", url);
      route.value = parse(location.hash);
    },
    storage: sessionStorage,
    now: () => Date.now(),
    after: (milliseconds, call) => void setTimeout(call, milliseconds)
  });
  var client = new Client(base, signInSettings() === void 0 ? void 0 : signIn);
  var route = y3(parse(location.hash));
  addEventListener("hashchange", () => {
    route.value = parse(location.hash);
  });
  var session = y3(void 0);
  var reachable = y3(true);
  var now = y3(/* @__PURE__ */ new Date());
  setInterval(() => {
    if (!document.hidden) now.value = /* @__PURE__ */ new Date();
  }, 1e3);
  var serviceName = O(() => session.value?.service ?? "rds-ops");
  function go(path2, parameters2 = {}) {
    location.hash = format(path2, parameters2);
  }
  function change(changes, step = "push") {
    const { path: path2, parameters: parameters2 } = route.peek();
    const hash = format(path2, { ...parameters2, ...changes });
    if (hash === location.hash) return;
    if (step === "push") location.hash = hash;
    else {
      history.replaceState(null, "", hash);
      route.value = parse(hash);
    }
  }
  function scriptAddress() {
    const script = document.currentScript;
    if (script instanceof HTMLScriptElement) return script.src;
    return new URL("assets/app.js", location.href).href;
  }
  function signInSettings() {
    const text2 = document.querySelector('meta[name="rds-ops-sign-in"]')?.content;
    return text2 ? JSON.parse(text2) : void 0;
  }

  // src/lib/clipboard.ts
  async function copyText(text2) {
    const clipboard = navigator.clipboard;
    if (clipboard === void 0) return copySelection(text2);
    return clipboard.writeText(text2).then(
      () => true,
      () => copySelection(text2)
    );
  }
  function copySelection(text2) {
    const before = document.activeElement;
    const field = document.createElement("textarea");
    field.className = "hidden";
    field.value = text2;
    document.body.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return isDone;
  }

  // src/lib/preferences.ts
  var theme = remembered("theme", "system", ["system", "light", "dark"]);
  var zone = remembered("zone", "local", ["local", "utc"]);
  var hiddenColumns = remembered("hidden-columns", "region,class");
  x2(() => {
    if (typeof document === "undefined") return;
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
  });
  function remembered(name, initial, known) {
    const key = `rds-ops.${name}`;
    const kept = read2(key);
    const usable = kept !== null && (known === void 0 || known.includes(kept));
    const value2 = y3(usable ? kept : initial);
    x2(() => write(key, value2.value));
    return value2;
  }
  function read2(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }
  function write(key, value2) {
    try {
      localStorage.setItem(key, value2);
    } catch {
    }
  }

  // src/lib/time.ts
  function shown(at, surface, zone2, now2) {
    switch (surface) {
      case "queue":
        return Math.abs(now2.getTime() - at.getTime()) < DAY ? relative(at, now2) : minute(at, zone2);
      case "age":
        return relative(at, now2);
      case "history":
        return absolute(at, zone2);
      case "future":
        return `${minute(at, zone2)} (${relative(at, now2)})`;
    }
  }
  function absolute(at, zone2) {
    const { date, time } = parts(at, zone2);
    return `${date} ${time} ${zoneName(at, zone2)}`;
  }
  function minute(at, zone2) {
    const { date, time } = parts(at, zone2);
    return `${date} ${time.slice(0, 5)} ${zoneName(at, zone2)}`;
  }
  function relative(at, now2) {
    const seconds2 = Math.round((at.getTime() - now2.getTime()) / 1e3);
    const distance = Math.abs(seconds2);
    if (distance < 5) return "now";
    const text2 = distance < 60 ? `${distance} s` : distance < 3600 ? `${Math.round(distance / 60)} min` : distance < 48 * 3600 ? `${Math.round(distance / 3600)} h` : `${Math.round(distance / 86400)} days`;
    return seconds2 < 0 ? `${text2} ago` : `in ${text2}`;
  }
  function duration(seconds2) {
    if (seconds2 < 10) return `${(Math.round(seconds2 * 10) / 10).toString()} s`;
    const whole = Math.round(seconds2);
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return join(Math.floor(whole / 60), "min", whole % 60, "s");
    const minutes2 = Math.round(whole / 60);
    return join(Math.floor(minutes2 / 60), "h", minutes2 % 60, "min");
  }
  function toInput(at, zone2) {
    const { date, time } = parts(at, zone2);
    return `${date}T${time.slice(0, 5)}`;
  }
  function fromInput(text2, zone2) {
    if (text2 === "") return void 0;
    const at = new Date(zone2 === "utc" ? `${text2}Z` : text2);
    return Number.isNaN(at.getTime()) ? void 0 : at.toISOString().replace(".000", "");
  }
  function zoneName(at, zone2) {
    if (zone2 === "utc") return "UTC";
    const named = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(at);
    return named.find((part) => part.type === "timeZoneName")?.value ?? "local";
  }
  var DAY = 864e5;
  function parts(at, zone2) {
    const shift = zone2 === "utc" ? 0 : at.getTimezoneOffset() * 6e4;
    const text2 = new Date(at.getTime() - shift).toISOString();
    return { date: text2.slice(0, 10), time: text2.slice(11, 19) };
  }
  function join(big, bigUnit, small, smallUnit) {
    return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
  }

  // src/lib/schema.ts
  function problem(schema, required, text2) {
    if (text2 === "") return required ? "is required" : void 0;
    const read4 = value(schema, text2);
    if (read4 === void 0) return expected(schema);
    if (typeof read4 === "string" && !fitsText(schema, read4)) return expected(schema);
    if (typeof read4 === "number" && !fitsNumber(schema, read4)) return expected(schema);
    return void 0;
  }
  function isRequired(schema, name) {
    return schema.required?.includes(name) === true;
  }
  function problems(schema, fields) {
    const found = {};
    for (const [name, one] of Object.entries(schema.properties)) {
      const wrong = problem(one, isRequired(schema, name), fields[name] ?? "");
      if (wrong !== void 0) found[name] = wrong;
    }
    return found;
  }
  function parameters(schema, fields) {
    const sent = {};
    for (const [name, one] of Object.entries(schema.properties)) {
      const text2 = fields[name] ?? "";
      const read4 = text2 === "" ? void 0 : value(one, text2);
      if (read4 !== void 0) sent[name] = read4;
    }
    return sent;
  }
  function label(name) {
    const words = name.replaceAll("_", " ");
    return words.charAt(0).toUpperCase() + words.slice(1);
  }
  function value(schema, text2) {
    switch (schema.type) {
      case "boolean":
        return text2 === "true" ? true : text2 === "false" ? false : void 0;
      case "integer":
        return /^-?[0-9]+$/.test(text2.trim()) ? Number(text2) : void 0;
      case "array":
        return tags(text2);
      default:
        return text2;
    }
  }
  function tags(text2) {
    const pairs2 = text2.split("\n").filter((line) => line.trim() !== "");
    const read4 = pairs2.map((line) => {
      const [key = "", rest] = line.split(/=(.*)/s);
      return rest === void 0 ? void 0 : { Key: key.trim(), Value: rest.trim() };
    });
    return read4.includes(void 0) ? void 0 : read4;
  }
  function fitsText(schema, text2) {
    const { length } = [...text2];
    return length >= (schema.minLength ?? 0) && length <= (schema.maxLength ?? Infinity) && (schema.pattern === void 0 || new RegExp(schema.pattern, "u").test(text2));
  }
  function fitsNumber(schema, number) {
    return number >= (schema.minimum ?? -Infinity) && number <= (schema.maximum ?? Infinity);
  }
  function expected(schema) {
    if (schema.type === "array") return "must have key=value on each line";
    if (schema["x-expected"] !== void 0) return schema["x-expected"];
    switch (schema.type) {
      case "boolean":
        return "must be true or false";
      case "integer":
        return `must be a whole number from ${schema.minimum} to ${schema.maximum}`;
      default:
        return "does not have the form that is expected";
    }
  }

  // src/lib/words.ts
  function operationStatus(status, success) {
    switch (status) {
      case "available":
        return { word: "Done", tone: "good" };
      case "in_progress":
        return { word: "In progress", tone: "busy" };
      case "submitting":
        return { word: "Sending to RDS", tone: "busy" };
      case "unresolved":
        return { word: "Checking whether RDS has it", tone: "busy" };
      case "accepted":
        return { word: "Waiting for its turn", tone: "busy" };
      case "scheduled":
        return { word: "Scheduled", tone: "quiet" };
      case "pending_approval":
        return { word: "Waiting for approval", tone: "quiet" };
      case "timeout":
        return { word: success === void 0 ? "Overdue" : "Timed out, still monitored", tone: "warn" };
      case "failed":
        return { word: "Failed", tone: "bad" };
      case "unverified":
        return { word: "Not verified", tone: "warn" };
      case "denied":
        return { word: "Denied", tone: "bad" };
      case "rejected":
        return { word: "Rejected", tone: "bad" };
      case "cancelled":
        return { word: "Cancelled", tone: "quiet" };
    }
  }
  function instanceTone(status) {
    if (status === null) return "quiet";
    const text2 = status.toLowerCase();
    if (text2 === "available") return "good";
    if (text2 === "stopped") return "quiet";
    if (/^(failed|inaccessible|incompatible|restore-error|storage-full|insufficient)/.test(text2)) return "bad";
    return "busy";
  }
  function operationName(operation) {
    return label(operation);
  }
  var SHOWN_AS = {
    '"if_busy": "queue"': "Start: as soon as the instance is free",
    classification: "All sources",
    details: "the list",
    would: "the preview"
  };
  function shownAs(code) {
    return SHOWN_AS[code] ?? (/^[a-z]+(_[a-z]+)+$/.test(code) ? label(code) : void 0);
  }
  function operationAbout(operation) {
    return ABOUT[operation] ?? "";
  }
  var ABOUT = {
    create_snapshot: "A manual snapshot of the database",
    delete_snapshot: "A manual snapshot that this service took",
    reboot_instance: "Cuts all connections; optionally with failover",
    stop_instance: "Until it is started again; RDS starts it after seven days",
    start_instance: "A stopped database",
    modify_instance_class: "Now, or in the maintenance window",
    change_parameter_group: "Static parameters need a reboot",
    modify_backup_window: "The daily time of automated backups",
    modify_maintenance_window: "The weekly time of maintenance"
  };
  var INTERRUPTING = /* @__PURE__ */ new Set([
    "reboot_instance",
    "stop_instance",
    "modify_instance_class",
    "delete_snapshot"
  ]);
  function interruption(kind) {
    switch (kind) {
      case "none":
        return { word: "Nobody is interrupted", tone: "good" };
      case "io_pause":
        return { word: "Reads and writes may pause for a moment", tone: "warn" };
      case "replication_pause":
        return { word: "Replication arrives late for a while", tone: "warn" };
      case "in_window":
        return { word: "Nothing before the maintenance window", tone: "warn" };
      case "restart":
        return { word: "Connections are cut, and the database restarts", tone: "bad" };
      case "failover":
        return { word: "Connections are cut, and the standby takes over", tone: "bad" };
      case "stop":
        return { word: "Connections are cut until the database is started again", tone: "bad" };
    }
  }
  function needsName(kind) {
    return kind === "restart" || kind === "failover" || kind === "stop";
  }
  function auditEvent(event, success) {
    switch (event) {
      case "accepted":
        return { word: "Accepted", tone: "quiet" };
      case "outcome":
        return success === true ? { word: "Done", tone: "good" } : { word: "Not done", tone: "bad" };
      case "late_outcome":
        return success === true ? { word: "Done late", tone: "good" } : { word: "Not done, late", tone: "bad" };
      case "denied":
        return { word: "Denied", tone: "bad" };
      case "refused":
        return { word: "Not accepted", tone: "warn" };
      case "cancelled":
        return { word: "Cancelled", tone: "quiet" };
      case "dry_run":
        return { word: "Preview", tone: "quiet" };
      case "export":
        return { word: "Export", tone: "quiet" };
      default:
        return { word: event === null ? "Original service" : label(event), tone: "quiet" };
    }
  }
  function person(principal) {
    if (!principal) return "nobody";
    return principal.split(/[/:|]/).at(-1) ?? principal;
  }

  // node_modules/preact/jsx-runtime/dist/jsxRuntime.mjs
  var f4 = /* @__PURE__ */ Symbol.for("pv");
  var o4 = 0;
  function a4(t4, e4, n3, u4, a5, i4) {
    e4 || (e4 = {});
    var c4, l4, p5 = e4;
    if ("ref" in p5 && "function" != typeof t4) for (l4 in p5 = {}, e4) "ref" == l4 ? c4 = e4[l4] : p5[l4] = e4[l4];
    var s4 = { type: t4, props: p5, key: n3, ref: c4, __k: null, __: null, __b: 0, __e: null, __c: null, constructor: f4, __v: --o4, __i: -1, __u: 0 };
    return (a5 || i4) && (s4.__source = a5, s4.__self = i4), n.vnode && n.vnode(s4), s4;
  }

  // src/parts/icons.tsx
  function Icon({ children }) {
    return /* @__PURE__ */ a4("svg", { class: "icon", viewBox: "0 0 16 16", width: "16", height: "16", "aria-hidden": "true", children });
  }
  function StatusShape({ tone }) {
    switch (tone) {
      case "good":
        return /* @__PURE__ */ a4(Icon, { children: /* @__PURE__ */ a4("circle", { cx: "8", cy: "8", r: "4.5", fill: "currentColor" }) });
      case "busy":
        return /* @__PURE__ */ a4(Icon, { children: /* @__PURE__ */ a4("circle", { cx: "8", cy: "8", r: "4", fill: "none", stroke: "currentColor", "stroke-width": "2.2", "stroke-dasharray": "16 9" }) });
      case "bad":
        return /* @__PURE__ */ a4(Icon, { children: /* @__PURE__ */ a4("path", { d: "M8 2.5 14 13H2z", fill: "currentColor" }) });
      case "warn":
        return /* @__PURE__ */ a4(Icon, { children: /* @__PURE__ */ a4("path", { d: "M8 2.5 13.5 8 8 13.5 2.5 8z", fill: "currentColor" }) });
      case "quiet":
        return /* @__PURE__ */ a4(Icon, { children: /* @__PURE__ */ a4("rect", { x: "4", y: "4", width: "8", height: "8", rx: "1", fill: "none", stroke: "currentColor", "stroke-width": "1.8" }) });
    }
  }
  function SearchIcon() {
    return /* @__PURE__ */ a4(Icon, { children: [
      /* @__PURE__ */ a4("circle", { cx: "7", cy: "7", r: "4.2", fill: "none", stroke: "currentColor", "stroke-width": "1.6" }),
      /* @__PURE__ */ a4("path", { d: "m10.2 10.2 3.6 3.6", stroke: "currentColor", "stroke-width": "1.6", "stroke-linecap": "round" })
    ] });
  }
  function CloseIcon() {
    return /* @__PURE__ */ a4(Icon, { children: /* @__PURE__ */ a4("path", { d: "m4 4 8 8m0-8-8 8", stroke: "currentColor", "stroke-width": "1.6", "stroke-linecap": "round" }) });
  }
  function CopyIcon() {
    return /* @__PURE__ */ a4(Icon, { children: [
      /* @__PURE__ */ a4("rect", { x: "5.5", y: "5.5", width: "7.5", height: "8", rx: "1.2", fill: "none", stroke: "currentColor", "stroke-width": "1.4" }),
      /* @__PURE__ */ a4("path", { d: "M10.5 3H4.2A1.2 1.2 0 0 0 3 4.2v6.3", fill: "none", stroke: "currentColor", "stroke-width": "1.4" })
    ] });
  }
  function ChevronIcon({ to }) {
    const turn = { right: 0, down: 90, left: 180, up: 270 }[to];
    return /* @__PURE__ */ a4(Icon, { children: /* @__PURE__ */ a4(
      "path",
      {
        d: "m6 3.5 4.5 4.5L6 12.5",
        fill: "none",
        stroke: "currentColor",
        "stroke-width": "1.7",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
        transform: `rotate(${turn} 8 8)`
      }
    ) });
  }
  function LockIcon() {
    return /* @__PURE__ */ a4(Icon, { children: [
      /* @__PURE__ */ a4("rect", { x: "3", y: "7", width: "10", height: "6.5", rx: "1.2", fill: "currentColor" }),
      /* @__PURE__ */ a4("path", { d: "M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2", fill: "none", stroke: "currentColor", "stroke-width": "1.6" })
    ] });
  }

  // src/parts/basic.tsx
  function Prose({ of }) {
    const parts2 = (of ?? "").split("`");
    return /* @__PURE__ */ a4($, { children: parts2.map((part, at) => at % 2 === 1 ? /* @__PURE__ */ a4(Named, { code: part }, at) : part) });
  }
  function Named({ code }) {
    const name = shownAs(code);
    return name === void 0 ? /* @__PURE__ */ a4("code", { children: code }) : /* @__PURE__ */ a4("em", { children: name });
  }
  function ViewLink(props) {
    return /* @__PURE__ */ a4("a", { href: format(props.path, props.parameters), class: props.class, "aria-label": props.label, children: props.children });
  }
  function Environment({ name }) {
    if (name === null) return /* @__PURE__ */ a4("span", { class: "muted", children: "unknown" });
    const known = ["production", "staging", "test", "development", "poc", "sandbox"];
    const key = known.includes(name.toLowerCase()) ? name.toLowerCase() : "other";
    return /* @__PURE__ */ a4("span", { class: `badge env-${key}`, children: [
      key === "production" && /* @__PURE__ */ a4(LockIcon, {}),
      name
    ] });
  }
  function Status({ word, tone }) {
    return /* @__PURE__ */ a4("span", { class: `status tone-${tone}`, children: [
      /* @__PURE__ */ a4(StatusShape, { tone }),
      word
    ] });
  }
  function InstanceStatus({ status }) {
    return /* @__PURE__ */ a4(Status, { word: status ?? "unknown", tone: instanceTone(status) });
  }
  function OperationState(props) {
    return /* @__PURE__ */ a4(Status, { ...operationStatus(props.status, props.success) });
  }
  function Time({ at, surface = "history" }) {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return /* @__PURE__ */ a4("span", { children: String(at) });
    const other = zone.value === "utc" ? "local" : "utc";
    return /* @__PURE__ */ a4("time", { dateTime: date.toISOString(), title: absolute(date, other), class: "time", children: shown(date, surface, zone.value, surface === "history" ? date : now.value) });
  }
  function Duration({ seconds: seconds2 }) {
    return /* @__PURE__ */ a4("span", { class: "number", children: seconds2 == null ? "–" : duration(seconds2) });
  }
  function Copy({ text: text2, children }) {
    const [copied, setCopied] = d2();
    const copy = async () => {
      setCopied(await copyText(text2));
      setTimeout(() => setCopied(void 0), 2500);
    };
    return /* @__PURE__ */ a4("button", { type: "button", class: "plain", onClick: () => void copy(), children: [
      /* @__PURE__ */ a4(CopyIcon, {}),
      /* @__PURE__ */ a4("span", { "aria-live": "polite", children: copied === void 0 ? children : copied ? "Copied" : "The browser does not allow it" })
    ] });
  }
  function Facts({ facts }) {
    const known = facts.filter(([, value2]) => value2 !== null && value2 !== void 0 && value2 !== "");
    return /* @__PURE__ */ a4("dl", { class: "facts", children: known.map(([name, value2]) => /* @__PURE__ */ a4("div", { children: [
      /* @__PURE__ */ a4("dt", { children: name }),
      /* @__PURE__ */ a4("dd", { children: value2 })
    ] }, name)) });
  }
  function Section(props) {
    const id = `section-${props.title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
    const heading2 = T2(null);
    A2(() => {
      if (props.isEntered === true) heading2.current?.focus();
    }, []);
    return /* @__PURE__ */ a4("section", { "aria-labelledby": id, class: "section", children: [
      /* @__PURE__ */ a4("div", { class: "section-head", children: [
        /* @__PURE__ */ a4("h2", { id, ref: heading2, tabIndex: props.isEntered === true ? -1 : void 0, children: props.title }),
        props.aside
      ] }),
      props.children
    ] });
  }
  function Notice(props) {
    return /* @__PURE__ */ a4("div", { class: `notice tone-${props.tone}`, role: props.role, children: [
      /* @__PURE__ */ a4(StatusShape, { tone: props.tone }),
      /* @__PURE__ */ a4("div", { children: [
        props.title !== void 0 && /* @__PURE__ */ a4("strong", { children: /* @__PURE__ */ a4(Prose, { of: props.title }) }),
        props.children
      ] })
    ] });
  }
  function Field(props) {
    const id = `field-${props.label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
    const described = {
      id,
      "aria-describedby": `${id}-hint`,
      "aria-invalid": props.problem !== void 0
    };
    return /* @__PURE__ */ a4("div", { class: "field", children: [
      /* @__PURE__ */ a4("label", { for: id, children: props.label }),
      props.children(described),
      /* @__PURE__ */ a4("p", { id: `${id}-hint`, class: props.problem === void 0 ? "hint" : "hint problem", children: props.problem === void 0 ? props.hint : `${props.label} ${props.problem}` })
    ] });
  }
  function title(text2) {
    if (document.title !== text2) document.title = text2;
  }
  function isView(name) {
    return (route.value.path[0] ?? "instances") === name;
  }

  // src/parts/data.tsx
  var OLD = 9e4;
  function Data(props) {
    const { data, at, error, loading, retryAt } = props.of.state.value;
    const retry = () => props.of.refresh();
    if (data === void 0 || at === void 0 && error !== void 0) {
      if (error !== void 0) return /* @__PURE__ */ a4(Failure, { error, what: props.what, retry });
      return loading ? /* @__PURE__ */ a4(Loading, { what: props.what }) : null;
    }
    const isOld = props.of.staysFresh && at !== void 0 && now.value.getTime() - at > OLD;
    return /* @__PURE__ */ a4($, { children: [
      (error !== void 0 || isOld) && at !== void 0 && /* @__PURE__ */ a4(Notice, { tone: "warn", role: "status", title: `As of ${relative(new Date(at), now.value)}. `, children: [
        error === void 0 ? "The page was in the background. " : `${sentence2(error)} `,
        retryAt !== void 0 && `The page asks again ${relative(new Date(retryAt), now.value)}. `,
        /* @__PURE__ */ a4("button", { type: "button", class: "link", onClick: retry, children: "Load again" })
      ] }),
      at === void 0 ? /* @__PURE__ */ a4("div", { class: "busy", "aria-busy": "true", children: props.children(data) }) : props.children(data)
    ] });
  }
  function Age({ of }) {
    const { at, error } = of.state.value;
    if (at === void 0 || error !== void 0) return null;
    return /* @__PURE__ */ a4($, { children: [
      "As of ",
      /* @__PURE__ */ a4(Time, { at }),
      ".",
      " ",
      /* @__PURE__ */ a4("button", { type: "button", class: "link", onClick: () => of.refresh(), children: "Read again" })
    ] });
  }
  function Loading({ what }) {
    return /* @__PURE__ */ a4("p", { class: "state", role: "status", children: [
      "Loading ",
      what,
      " …"
    ] });
  }
  function Empty({ title: title2, children }) {
    return /* @__PURE__ */ a4("div", { class: "state", role: "status", children: [
      /* @__PURE__ */ a4("p", { class: "state-title", children: title2 }),
      children !== void 0 && /* @__PURE__ */ a4("p", { children })
    ] });
  }
  function Failure(props) {
    const { error } = props;
    const isDenied = error instanceof ApiError && error.status === 403;
    return /* @__PURE__ */ a4("div", { class: "failure", role: "alert", children: /* @__PURE__ */ a4(Notice, { tone: isDenied ? "warn" : "bad", title: heading(error), children: [
      /* @__PURE__ */ a4("p", { children: /* @__PURE__ */ a4(Prose, { of: guidance(error) }) }),
      error instanceof ApiError && /* @__PURE__ */ a4(Problems, { error }),
      /* @__PURE__ */ a4("p", { class: "actions", children: [
        props.retry !== void 0 && /* @__PURE__ */ a4("button", { type: "button", onClick: props.retry, children: [
          "Load ",
          props.what,
          " again"
        ] }),
        /* @__PURE__ */ a4(Reference, { error })
      ] })
    ] }) });
  }
  function Problems({ error }) {
    const { details = [] } = error.body;
    if (details.length === 0) return null;
    return /* @__PURE__ */ a4("ul", { children: details.map((problem2) => /* @__PURE__ */ a4("li", { children: [
      /* @__PURE__ */ a4("strong", { children: label(problem2.pointer.split("/").at(-1) ?? "") }),
      " ",
      problem2.message
    ] }, problem2.pointer + problem2.message)) });
  }
  function Reference({ error }) {
    if (error instanceof ApiError) {
      const { code, request_id: id } = error.body;
      return /* @__PURE__ */ a4("span", { class: "muted", children: [
        /* @__PURE__ */ a4("code", { children: code }),
        " ",
        id !== null && /* @__PURE__ */ a4(Copy, { text: id, children: "Copy request id" })
      ] });
    }
    if (error instanceof GatewayError && error.requestId !== void 0) {
      return /* @__PURE__ */ a4(Copy, { text: error.requestId, children: "Copy request id" });
    }
    return null;
  }
  function heading(error) {
    const isListed = error instanceof ApiError && (error.body.details ?? []).length > 0;
    return isListed ? "The request is not valid." : sentence2(error);
  }
  function sentence2(error) {
    return error instanceof Error ? error.message : String(error);
  }
  function guidance(error) {
    if (error instanceof ApiError) return error.body.guidance;
    if (error instanceof NetworkError) {
      return "The page asks again by itself. Check the network, or whether the service is running.";
    }
    if (error instanceof GatewayError && (error.status === 401 || error.status === 403)) {
      return "This address asks for AWS signatures or API keys, which a web page can't give. On your own machine, `rds-ops ui --url` with this address shows this dashboard and signs its requests with your AWS credentials. Or ask the operators for a gateway that takes the tokens of a sign-in (http-jwt).";
    }
    return "Try again in a moment. If it stays, tell the operators of this service.";
  }

  // src/api/resource.ts
  var NOTHING = { data: void 0, at: void 0, error: void 0, loading: true, retryAt: void 0 };
  function backoff(failures) {
    return Math.min(6e4, 2e3 * 2 ** Math.min(failures, 10));
  }
  function mayRetry(error) {
    if (!(error instanceof ApiError)) return true;
    return error.status >= 500 || error.status === 429 || error.status === 408;
  }
  function useResource(key, load, every) {
    const poller = w2(() => new Poller(load, every), [key]);
    A2(() => poller.start(), [poller]);
    return poller;
  }
  function useLasting(key, load, every) {
    const last = T2(void 0);
    const poller = w2(() => new Poller(load, every, last.current), [key]);
    A2(() => poller.start(), [poller]);
    last.current = poller.state.value.data;
    return poller;
  }
  var Poller = class {
    constructor(load, every, before) {
      this.load = load;
      this.every = every;
      this.state = y3({ ...NOTHING, data: before });
    }
    load;
    every;
    state;
    timer;
    abort;
    failures = 0;
    running = false;
    /** Begins; what it returns ends it. */
    start() {
      this.running = true;
      const shown2 = () => this.onVisibility();
      document.addEventListener("visibilitychange", shown2);
      void this.ask();
      return () => {
        this.running = false;
        document.removeEventListener("visibilitychange", shown2);
        clearTimeout(this.timer);
        this.abort?.abort();
      };
    }
    get staysFresh() {
      return this.every !== void 0;
    }
    refresh() {
      if (this.running) void this.ask();
    }
    async ask() {
      clearTimeout(this.timer);
      this.abort?.abort();
      const abort = new AbortController();
      this.abort = abort;
      this.state.value = { ...this.state.peek(), loading: true };
      try {
        const data = await this.load(abort.signal);
        if (abort.signal.aborted) return;
        this.failures = 0;
        this.state.value = { data, at: Date.now(), error: void 0, loading: false, retryAt: void 0 };
      } catch (error) {
        if (abort.signal.aborted || isAbort(error)) return;
        this.failures += 1;
        const retryAt = mayRetry(error) ? Date.now() + backoff(this.failures) : void 0;
        this.state.value = { ...this.state.peek(), error, loading: false, retryAt };
        if (retryAt === void 0) return;
      }
      this.plan();
    }
    /** Asks again later; after a failure also where nothing is polled, as the network comes back. */
    plan() {
      if (!this.running || document.hidden) return;
      const wait = this.failures > 0 ? backoff(this.failures) : this.every;
      if (wait !== void 0) this.timer = setTimeout(() => void this.ask(), wait);
    }
    /** How long the data is not due yet, in milliseconds. */
    untilDue() {
      const { at } = this.state.peek();
      if (at === void 0 || this.every === void 0 || this.failures > 0) return 0;
      return Math.max(0, at + this.every - Date.now());
    }
    onVisibility() {
      clearTimeout(this.timer);
      if (document.hidden || this.every === void 0 && this.failures === 0) return;
      const wait = this.untilDue();
      if (wait === 0) void this.ask();
      else this.timer = setTimeout(() => void this.ask(), wait);
    }
  };

  // src/api/export.ts
  async function exportCsv(client2, filters, onPart) {
    const parts2 = [];
    let cursor;
    do {
      const part = await client2.text(path("audit", { format: "csv", ...filters, cursor }), "text/csv");
      parts2.push(part.text);
      cursor = part.next;
      onPart(parts2.length);
    } while (cursor !== void 0);
    return joinParts(parts2);
  }
  function joinParts(parts2) {
    const [first = "", ...others] = parts2;
    return [first, ...others.map(withoutHeader)].join("");
  }
  function withoutHeader(part) {
    const end = part.indexOf("\n");
    return end === -1 ? "" : part.slice(end + 1);
  }

  // src/lib/by-operation.ts
  function byOperation(entries) {
    const groups = /* @__PURE__ */ new Map();
    for (const entry of entries) {
      const key = entry.operation_id ?? entry;
      groups.set(key, [...groups.get(key) ?? [], entry]);
    }
    return [...groups.values()].flatMap((group) => group.map((entry, at) => ({ entry, follows: at > 0 })));
  }

  // src/parts/filters.tsx
  var PAUSE = 250;
  var PLACE = { cursor: void 0, panel: void 0 };
  function useTyped(name) {
    const applied = route.value.parameters[name] ?? "";
    const [text2, setText] = d2(applied);
    const timer = T2(void 0);
    A2(() => setText(applied), [applied]);
    const type = (typed2) => {
      setText(typed2);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => change({ [name]: typed2.trim(), ...PLACE }, "replace"), PAUSE);
    };
    A2(() => () => clearTimeout(timer.current), []);
    return [text2, type];
  }
  function Search({ label: label2, placeholder, name = "q" }) {
    const [text2, type] = useTyped(name);
    return /* @__PURE__ */ a4("div", { class: "search", children: [
      /* @__PURE__ */ a4(SearchIcon, {}),
      /* @__PURE__ */ a4(
        "input",
        {
          type: "search",
          "aria-label": label2,
          "aria-keyshortcuts": "/",
          placeholder,
          value: text2,
          onInput: (event) => type(event.currentTarget.value),
          spellcheck: false,
          autocomplete: "off"
        }
      ),
      /* @__PURE__ */ a4("kbd", { "aria-hidden": "true", children: "/" })
    ] });
  }
  function TextFilter({ name, label: label2, placeholder }) {
    const [text2, type] = useTyped(name);
    return /* @__PURE__ */ a4("label", { class: "filter", children: [
      /* @__PURE__ */ a4("span", { children: label2 }),
      /* @__PURE__ */ a4(
        "input",
        {
          type: "text",
          value: text2,
          placeholder,
          onInput: (event) => type(event.currentTarget.value),
          spellcheck: false,
          autocomplete: "off"
        }
      )
    ] });
  }
  function Switch({ name, label: label2 }) {
    return /* @__PURE__ */ a4("label", { class: "check", children: [
      /* @__PURE__ */ a4(
        "input",
        {
          type: "checkbox",
          checked: route.value.parameters[name] === "true",
          onChange: (event) => change({ [name]: event.currentTarget.checked ? "true" : void 0, ...PLACE })
        }
      ),
      label2
    ] });
  }
  function Select(props) {
    const applied = route.value.parameters[props.name] ?? "";
    const pairs2 = props.options.map((it) => typeof it === "string" ? [it, it] : it);
    const isKnown = applied === "" || pairs2.some(([value2]) => value2 === applied);
    return /* @__PURE__ */ a4("label", { class: "filter", children: [
      /* @__PURE__ */ a4("span", { children: props.label }),
      /* @__PURE__ */ a4(
        "select",
        {
          value: applied,
          onChange: (event) => change({ [props.name]: event.currentTarget.value, ...PLACE }),
          children: [
            /* @__PURE__ */ a4("option", { value: "", children: props.any ?? "any" }),
            !isKnown && /* @__PURE__ */ a4("option", { value: applied, children: applied }),
            pairs2.map(([value2, words]) => /* @__PURE__ */ a4("option", { value: value2, children: words }, value2))
          ]
        }
      )
    ] });
  }
  function MoreFilters({ words = "More filters", children }) {
    const details = T2(null);
    A2(() => {
      const close = (event) => {
        const { current } = details;
        if (current?.open !== true) return;
        const isOutside = event.type === "pointerdown" && !current.contains(event.target);
        const isEscape = event instanceof KeyboardEvent && event.key === "Escape";
        if (isOutside || isEscape) current.open = false;
      };
      addEventListener("pointerdown", close);
      addEventListener("keydown", close);
      return () => {
        removeEventListener("pointerdown", close);
        removeEventListener("keydown", close);
      };
    }, []);
    return /* @__PURE__ */ a4("details", { class: "more", ref: details, children: [
      /* @__PURE__ */ a4("summary", { children: words }),
      /* @__PURE__ */ a4("div", { class: "more-body", children })
    ] });
  }
  function Chips(props) {
    const { names, show = (_4, value2) => value2 } = props;
    const { parameters: parameters2 } = route.value;
    const applied = Object.keys(names).filter((name) => parameters2[name] !== void 0);
    if (applied.length === 0) return null;
    const none = Object.fromEntries(applied.map((name) => [name, void 0]));
    return /* @__PURE__ */ a4("ul", { class: "chips", "aria-label": "Filters that apply", children: [
      applied.map((name) => /* @__PURE__ */ a4("li", { children: /* @__PURE__ */ a4(
        "button",
        {
          type: "button",
          class: "chip",
          onClick: () => change({ [name]: void 0, ...PLACE }),
          "aria-label": `Take away the filter ${names[name]}: ${show(name, parameters2[name] ?? "")}`,
          children: [
            /* @__PURE__ */ a4("span", { class: "chip-name", children: names[name] }),
            " ",
            show(name, parameters2[name] ?? ""),
            /* @__PURE__ */ a4(CloseIcon, {})
          ]
        }
      ) }, name)),
      applied.length > 1 && /* @__PURE__ */ a4("li", { children: /* @__PURE__ */ a4("button", { type: "button", class: "link", onClick: () => change({ ...none, ...PLACE }), children: "Clear all" }) })
    ] });
  }

  // src/lib/period.ts
  var DAY2 = 864e5;
  function lastDays(days, now2) {
    return new Date(now2 - (days - 1) * DAY2).toISOString().slice(0, 10);
  }
  function figuresPeriod(parameters2, now2) {
    const { from, to } = parameters2;
    if (from === void 0 && to === void 0) return { from: lastDays(31, now2) };
    return { ...from === void 0 ? {} : { from }, ...to === void 0 ? {} : { to } };
  }
  function startOfToday(now2, zone2) {
    const at = new Date(now2);
    if (zone2 === "utc") at.setUTCHours(0, 0, 0, 0);
    else at.setHours(0, 0, 0, 0);
    return at.toISOString().replace(".000", "");
  }

  // src/parts/period.tsx
  function periodOf(parameters2) {
    const { from, to } = parameters2;
    return { ...from === void 0 ? {} : { from }, ...to === void 0 ? {} : { to } };
  }
  function filterWords(name, value2) {
    if (name === "operation") return operationName(value2);
    const at = new Date(value2);
    const isTime = (name === "from" || name === "to") && !Number.isNaN(at.getTime());
    return isTime ? minute(at, zone.value) : value2;
  }
  function Period() {
    const zoneWords = zone.value === "utc" ? "UTC" : zoneName(/* @__PURE__ */ new Date(), "local");
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(Edge, { name: "from", label: `From (${zoneWords})` }),
      /* @__PURE__ */ a4(Edge, { name: "to", label: `To (${zoneWords})` })
    ] });
  }
  function Edge({ name, label: label2 }) {
    const given = route.value.parameters[name];
    const at = given === void 0 ? void 0 : new Date(given);
    const shown2 = at === void 0 || Number.isNaN(at.getTime()) ? "" : toInput(at, zone.value);
    return /* @__PURE__ */ a4("label", { class: "filter", children: [
      /* @__PURE__ */ a4("span", { children: label2 }),
      /* @__PURE__ */ a4(
        "input",
        {
          type: "datetime-local",
          value: shown2,
          onChange: (event) => change({ [name]: fromInput(event.currentTarget.value, zone.value), cursor: void 0 })
        }
      )
    ] });
  }
  function LastDays({ choices, usual }) {
    const { from, to } = route.value.parameters;
    const present = to === void 0 ? from ?? usual : void 0;
    return /* @__PURE__ */ a4("div", { class: "days", role: "group", "aria-label": "Period", children: choices.map((days) => {
      const begin = lastDays(days, Date.now());
      return /* @__PURE__ */ a4(
        "button",
        {
          type: "button",
          "aria-pressed": present === begin,
          onClick: () => change({ from: begin, to: void 0 }),
          children: [
            days,
            " days"
          ]
        },
        days
      );
    }) });
  }

  // src/lib/figures.ts
  var NO_DATA = "no data";
  function count(number) {
    return String(Math.round(number)).replace(/\B(?=(\d{3})+(?!\d))/g, " ");
  }
  function percent(share) {
    if (share === null || share === void 0) return NO_DATA;
    const rounded = Math.round(share * 1e3) / 10;
    if (rounded === 100 && share < 1) return "> 99.9 %";
    if (rounded === 0 && share > 0) return "< 0.1 %";
    return `${Number.isInteger(rounded) ? rounded : rounded.toFixed(1)} %`;
  }
  function mean(number) {
    if (number === null || number === void 0) return NO_DATA;
    return number < 10 ? String(Math.round(number * 10) / 10) : count(number);
  }
  function counted(number, one, many = `${one}s`) {
    return `${count(number)} ${number === 1 ? one : many}`;
  }
  function ticks(highest, most = 4) {
    if (highest <= 0) return [0, 1];
    const rough = highest / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const factor = [1, 2, 5, 10].find((one) => one * power >= rough) ?? 10;
    const step = Math.max(1, factor * power);
    const steps = Math.ceil(highest / step);
    return Array.from({ length: steps + 1 }, (_4, at) => at * step);
  }

  // src/lib/inventory.ts
  var MISSED_RUNS = 3;
  var MINUTE = 6e4;
  function freshness(item, status, now2) {
    if (item.gone_since !== void 0) return "gone";
    if (item.seen_at === void 0 || status === void 0) return "fresh";
    const age = now2 - Date.parse(item.seen_at);
    if (age > status.refuse_after_minutes * MINUTE) return "refused";
    return isRead(item, status) && age > late(status) ? "old" : "fresh";
  }
  function isRead(item, status) {
    const isOf = (it) => it.account_id === item.account_id && it.region === item.region;
    return status.scopes.some((it) => isOf(it) && it.state !== "never");
  }
  function late(status) {
    return MISSED_RUNS * status.every_minutes * MINUTE;
  }
  function reading(status, now2) {
    const of = (state) => status.scopes.filter((it) => it.state === state);
    const complete = of("complete");
    const times = complete.flatMap((it) => it.completed_at ?? []).sort();
    const at = times[0];
    return {
      scopes: status.scopes.length,
      complete: complete.length,
      unread: of("unread").length,
      never: of("never").length,
      at,
      isLate: at !== void 0 && now2 - Date.parse(at) > late(status)
    };
  }
  function concern(read4) {
    const all = read4.scopes;
    if (read4.unread > 0) return `${scopes(read4.unread, all)} can't be read`;
    if (read4.isLate) return "runs of discovery are overdue";
    if (read4.never > 0 && read4.never < all) return `${scopes(read4.never, all)} ${read4.never === 1 ? "was" : "were"} not read yet`;
    return void 0;
  }
  function scopes(some, all) {
    return some === all && all > 1 ? `all ${counted(all, SCOPE, SCOPES)}` : counted(some, SCOPE, SCOPES);
  }
  var SCOPE = "account and Region";
  var SCOPES = "accounts and Regions";
  function scopeState(state) {
    switch (state) {
      case "complete":
        return { word: "Read", tone: "good" };
      case "unread":
        return { word: "Can't be read", tone: "bad" };
      case "never":
        return { word: "Not read yet", tone: "quiet" };
    }
  }
  function listed(all, { state, q: q2 }) {
    const text2 = q2?.trim().toLowerCase() ?? "";
    const matches = (it) => (state === void 0 || (state === "conflicts" ? it.conflicts > 0 : it.state === state)) && `${it.account_id} ${it.region}`.toLowerCase().includes(text2);
    return all.filter(matches).sort((one, other) => order(one).localeCompare(order(other)));
  }
  function order(it) {
    const rank = { unread: 0, never: 1, complete: 2 }[it.state];
    return [rank, it.problem?.since ?? "", it.account_id, it.region].join(" ");
  }
  function problemText(all) {
    const paragraphs = all.flatMap(
      ({ account_id, region, problem: problem2 }) => problem2 === void 0 ? [] : [
        [
          `${account_id} ${region}: ${problem2.error} (${problem2.code})`,
          problem2.denied_action === void 0 ? void 0 : `Refused action: ${problem2.denied_action}`,
          `Since: ${problem2.since}`,
          problem2.guidance
        ].filter((line) => line !== void 0).join("\n")
      ]
    );
    return paragraphs.join("\n\n");
  }
  function minutes(number) {
    const hours = number / 60;
    if (hours < 1) return `${round(number)} min`;
    return hours < 72 ? `${round(hours)} h` : counted(hours / 24, "day");
  }
  function round(number) {
    return Math.round(number * 10) / 10;
  }

  // src/parts/inventory.tsx
  var EVERY = 6e4;
  function useInventory() {
    const key = "inventory/status";
    return useResource(key, (signal2) => client.ask(key, { signal: signal2 }), EVERY);
  }
  function InventoryLine({ status }) {
    if (status?.discovery !== true) return null;
    const read4 = reading(status, now.value.getTime());
    const worry = concern(read4);
    return /* @__PURE__ */ a4("p", { class: "inventory-line muted", children: [
      /* @__PURE__ */ a4(ViewLink, { path: ["inventory"], children: [
        read4.at === void 0 ? "Inventory not read yet" : /* @__PURE__ */ a4($, { children: [
          "Inventory read ",
          /* @__PURE__ */ a4(Time, { at: read4.at, surface: "age" })
        ] }),
        ", ",
        read4.complete,
        " of ",
        counted(read4.scopes, SCOPE, SCOPES)
      ] }),
      worry !== void 0 && /* @__PURE__ */ a4(ViewLink, { path: ["inventory"], parameters: { state: read4.unread > 0 ? "unread" : void 0 }, children: /* @__PURE__ */ a4(Status, { word: worry, tone: "warn" }) })
    ] });
  }
  function Seen({ instance: instance2, status }) {
    const state = freshness(instance2, status, now.value.getTime());
    if (state === "fresh") return null;
    const { seen_at: at } = instance2;
    const tone = state === "gone" ? "quiet" : "warn";
    return /* @__PURE__ */ a4("span", { class: "under", children: /* @__PURE__ */ a4("span", { class: `status tone-${tone}`, children: [
      /* @__PURE__ */ a4(StatusShape, { tone }),
      /* @__PURE__ */ a4("span", { children: [
        state === "gone" && "gone",
        at !== void 0 && /* @__PURE__ */ a4($, { children: [
          state === "gone" && ", ",
          "seen ",
          /* @__PURE__ */ a4(Time, { at, surface: "age" })
        ] })
      ] })
    ] }) });
  }
  function KnownStatus({ instance: instance2 }) {
    const isGone = instance2.gone_since !== void 0 && instance2.status_from === "inventory";
    if (!isGone) return /* @__PURE__ */ a4(InstanceStatus, { status: instance2.status });
    return /* @__PURE__ */ a4("span", { class: "muted", children: [
      "was ",
      instance2.status ?? "unknown"
    ] });
  }
  function SeenNotice({ instance: instance2, status }) {
    const { seen_at: at, gone_since: since } = instance2;
    const state = freshness(instance2, status, now.value.getTime());
    if (state === "fresh") return null;
    if (state === "gone") return /* @__PURE__ */ a4(Gone, { instance: instance2, since: since ?? "" });
    return /* @__PURE__ */ a4(Notice, { tone: "warn", title: "What the inventory says of it is old.", children: /* @__PURE__ */ a4("p", { children: [
      "Discovery last saw it ",
      /* @__PURE__ */ a4(Time, { at: at ?? "", surface: "age" }),
      ".",
      " ",
      state === "refused" && status !== void 0 && /* @__PURE__ */ a4($, { children: [
        "Operations on it are refused after ",
        minutes(status.refuse_after_minutes),
        ". "
      ] }),
      /* @__PURE__ */ a4(ViewLink, { path: ["inventory"], parameters: { q: instance2.account_id }, children: "The inventory" }),
      " ",
      "says whether its account and Region can be read. Operators read it at once with",
      " ",
      /* @__PURE__ */ a4("code", { children: "rds-ops inventory sync" }),
      "."
    ] }) });
  }
  function Gone({ instance: instance2, since }) {
    const { account_id, region } = instance2;
    if (instance2.live !== void 0) {
      return /* @__PURE__ */ a4(Notice, { tone: "quiet", title: "RDS has this instance again. ", children: [
        "It counts as gone since ",
        /* @__PURE__ */ a4(Time, { at: since }),
        ". The next complete run of discovery shows it in lists again; operators run it at once with ",
        /* @__PURE__ */ a4("code", { children: "rds-ops inventory sync" }),
        "."
      ] });
    }
    return /* @__PURE__ */ a4(Notice, { tone: "warn", title: "This instance is gone.", children: [
      /* @__PURE__ */ a4("p", { children: [
        "Several complete runs of discovery did not see it. It counts as gone since ",
        /* @__PURE__ */ a4(Time, { at: since }),
        ". It was probably deleted or renamed."
      ] }),
      /* @__PURE__ */ a4("p", { children: [
        /* @__PURE__ */ a4(ViewLink, { path: ["instances"], parameters: { account_id, region }, children: "The instances of its account and Region" }),
        " ",
        "show one that was renamed. If it should be there, ask operators to run",
        " ",
        /* @__PURE__ */ a4("code", { children: "rds-ops inventory sync" }),
        ". After 30 days it is taken off the inventory; its audit trail stays."
      ] })
    ] });
  }
  function NoInstance({ status }) {
    if (status === void 0) {
      return /* @__PURE__ */ a4(Empty, { title: "The inventory has no instance.", children: "Operators of this service fill it; see the deployment guide." });
    }
    if (!status.discovery) {
      return /* @__PURE__ */ a4(Empty, { title: "The inventory has no instance.", children: [
        /* @__PURE__ */ a4(Configure, {}),
        " Or another system writes the items; see the deployment guide."
      ] });
    }
    const read4 = reading(status, now.value.getTime());
    if (read4.never === read4.scopes) {
      return /* @__PURE__ */ a4(Empty, { title: "The inventory was not read yet.", children: [
        "The first run of discovery has not come; one comes every ",
        minutes(status.every_minutes),
        ". Operators read the inventory at once with ",
        /* @__PURE__ */ a4("code", { children: "rds-ops inventory sync" }),
        "."
      ] });
    }
    const worry = concern(read4);
    return /* @__PURE__ */ a4(Empty, { title: "Discovery found no instance.", children: [
      worry !== void 0 && `${worry[0]?.toUpperCase()}${worry.slice(1)}. `,
      /* @__PURE__ */ a4(ViewLink, { path: ["inventory"], children: "The inventory" }),
      " shows which accounts and Regions are read."
    ] });
  }
  function Configure() {
    return /* @__PURE__ */ a4($, { children: [
      "Operators switch discovery on with ",
      /* @__PURE__ */ a4("code", { children: "regions" }),
      " and ",
      /* @__PURE__ */ a4("code", { children: "accounts" }),
      " of",
      " ",
      /* @__PURE__ */ a4("code", { children: "[discovery]" }),
      " in the settings, or ",
      /* @__PURE__ */ a4("code", { children: "OPS_DISCOVERY_REGIONS" }),
      " and",
      " ",
      /* @__PURE__ */ a4("code", { children: "OPS_DISCOVERY_ACCOUNTS" }),
      "."
    ] });
  }

  // src/parts/panel.tsx
  function Panel(props) {
    const heading2 = T2(null);
    A2(() => {
      const pressed = (event) => {
        if (event.key === "Escape" && document.querySelector("dialog[open]") === null) props.close();
      };
      addEventListener("keydown", pressed);
      return () => removeEventListener("keydown", pressed);
    });
    A2(() => heading2.current?.focus({ preventScroll: true }), [props.title]);
    return /* @__PURE__ */ a4("aside", { class: "panel", "aria-label": props.title, children: [
      /* @__PURE__ */ a4("div", { class: "panel-head", children: [
        /* @__PURE__ */ a4("h2", { ref: heading2, tabIndex: -1, children: props.title }),
        /* @__PURE__ */ a4(ViewLink, { path: props.page, children: "Open as page" }),
        /* @__PURE__ */ a4("button", { type: "button", class: "plain", "aria-label": "The one before", disabled: !props.before, onClick: props.before, children: /* @__PURE__ */ a4(ChevronIcon, { to: "up" }) }),
        /* @__PURE__ */ a4("button", { type: "button", class: "plain", "aria-label": "The next one", disabled: !props.after, onClick: props.after, children: /* @__PURE__ */ a4(ChevronIcon, { to: "down" }) }),
        /* @__PURE__ */ a4("button", { type: "button", class: "plain", "aria-label": "Close", onClick: props.close, children: /* @__PURE__ */ a4(CloseIcon, {}) })
      ] }),
      /* @__PURE__ */ a4("div", { class: "panel-body", children: props.children })
    ] });
  }

  // src/parts/progress.tsx
  function Percent({ operation }) {
    const { percent: percent2, last_status: last } = operation.progress ?? {};
    const words = operationStatus(operation.status, operation.success).word;
    return /* @__PURE__ */ a4("span", { class: "percent", children: [
      /* @__PURE__ */ a4("span", { children: [
        operationName(operation.operation),
        ": ",
        percent2 === void 0 ? last ?? words : `${percent2}%`
      ] }),
      operation.success === void 0 && /* @__PURE__ */ a4(Bar, { percent: percent2, label: words })
    ] });
  }
  function Bar({ percent: percent2, label: label2 }) {
    return /* @__PURE__ */ a4("progress", { class: "bar", max: 100, value: percent2, "aria-label": label2 });
  }
  function timeLeft(operation) {
    const { seconds_left: left, estimate_from: from } = operation.progress ?? {};
    if (left === void 0 || operation.success !== void 0) return void 0;
    if (left <= 0) return "any moment now";
    const by = from === "history" ? "by what it took before" : "by RDS's percentage";
    return `about ${duration(left)}, ${by}`;
  }

  // src/parts/table.tsx
  function Table(props) {
    const body = T2(null);
    const move2 = (event, row) => {
      if (event.target !== event.currentTarget) return;
      const rows = [...body.current?.rows ?? []];
      const at = rows.indexOf(event.currentTarget);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
      if (to !== void 0) {
        event.preventDefault();
        rows[to]?.focus();
      } else if (event.key === "Enter" && props.open !== void 0) {
        event.preventDefault();
        props.open(row);
      }
    };
    const click = (event, row) => {
      const onControl = event.target.closest("a, button, input, summary");
      if (onControl === null && getSelection()?.isCollapsed !== false) props.open?.(row);
    };
    return /* @__PURE__ */ a4("div", { class: "table-frame", role: "group", "aria-label": props.caption, tabIndex: props.open === void 0 ? 0 : -1, children: /* @__PURE__ */ a4("table", { class: props.open === void 0 ? "table" : "table opens", children: [
      /* @__PURE__ */ a4("caption", { class: "hidden", children: props.caption }),
      /* @__PURE__ */ a4("thead", { children: /* @__PURE__ */ a4("tr", { children: props.columns.map((column) => /* @__PURE__ */ a4(Head, { column, sort: props.sort, onSort: props.onSort }, column.key)) }) }),
      /* @__PURE__ */ a4("tbody", { ref: body, children: props.rows.map((row) => {
        const key = props.keyOf(row);
        return /* @__PURE__ */ a4(
          "tr",
          {
            tabIndex: props.open === void 0 ? void 0 : 0,
            class: key === props.selected ? "selected" : props.classOf?.(row),
            onKeyDown: (event) => move2(event, row),
            onClick: (event) => click(event, row),
            children: props.columns.map((column) => /* @__PURE__ */ a4("td", { class: classes(column), children: column.cell(row) }, column.key))
          },
          key
        );
      }) })
    ] }) });
  }
  function Head(props) {
    const { column, sort, onSort } = props;
    if (column.sort === void 0 || onSort === void 0) {
      return /* @__PURE__ */ a4("th", { scope: "col", class: classes(column), children: column.head });
    }
    const isUp = sort === column.sort;
    const isDown = sort === `-${column.sort}`;
    const next = isUp ? `-${column.sort}` : column.sort;
    return /* @__PURE__ */ a4(
      "th",
      {
        scope: "col",
        class: classes(column),
        "aria-sort": isUp ? "ascending" : isDown ? "descending" : "none",
        children: /* @__PURE__ */ a4("button", { type: "button", class: "sort", onClick: () => onSort(next), children: [
          column.head,
          (isUp || isDown) && /* @__PURE__ */ a4(ChevronIcon, { to: isUp ? "up" : "down" })
        ] })
      }
    );
  }
  function classes(column) {
    return [column.room ?? "", column.numeric ? "number" : ""].join(" ").trim();
  }

  // src/lib/changes.ts
  var AT_WORK = /* @__PURE__ */ new Set(["accepted", "submitting", "in_progress", "timeout"]);
  var NOT_ASKED = /* @__PURE__ */ new Set(["scheduled", "pending_approval", "cancelled", "denied", "rejected"]);
  function mayHaveChanged(before, after) {
    const known = new Map(before.map((it) => [it.operation_id, groupOf(it)]));
    return after.some((it) => (known.get(it.operation_id) ?? "not asked") !== groupOf(it));
  }
  function groupOf({ status }) {
    if (AT_WORK.has(status)) return "at work";
    return NOT_ASKED.has(status) ? "not asked" : "ended";
  }

  // src/lib/reason.ts
  var SOURCES = {
    tag: "tag",
    instance_mapping: "mapping of instances",
    account_mapping: "mapping of accounts",
    name_pattern: "name pattern",
    name: "name",
    default: "default"
  };
  var ORIGINS = {
    inventory: "inventory",
    live: "RDS now",
    related: "related database"
  };
  function sourceName(source) {
    return SOURCES[source] ?? source.replaceAll("_", " ");
  }
  function originName(origin) {
    return ORIGINS[origin] ?? origin;
  }
  function why(classification) {
    const decisive = classification.trace.filter((it) => it.decisive);
    const { environment } = classification;
    const [first] = decisive;
    if (first === void 0 || classification.decided_by === "default") {
      return `${environment}, because nothing says otherwise: no tag, mapping or pattern names an environment.`;
    }
    const origins = [...new Set(decisive.filter((it) => same(it, first)).map((it) => originName(it.origin)))];
    return `${environment}, because of the ${evidence(first)} (${origins.join(" and ")}).`;
  }
  function same(one, other) {
    return one.source === other.source && one.key === other.key && one.value === other.value;
  }
  function evidence(it) {
    const key = it.key === void 0 ? "" : ` ${it.key}`;
    const value2 = it.value === void 0 ? "" : ` = “${it.value}”`;
    const subject = it.origin === "related" ? ` of ${it.subject}` : "";
    const note = it.note === void 0 ? "" : `, ${it.note}`;
    return `${sourceName(it.source)}${key}${value2}${subject}${note}`;
  }

  // src/views/instance.tsx
  var EVERY2 = 15e3;
  var LIVE_EVERY = 6e4;
  function InstanceView({ target }) {
    title(`${target.instance_id} – ${serviceName.value}`);
    const inventory = useInventory().state.value.data;
    return /* @__PURE__ */ a4("article", { class: "page", children: [
      /* @__PURE__ */ a4("p", { class: "crumb", children: /* @__PURE__ */ a4(ViewLink, { path: ["instances"], children: "Instances" }) }),
      /* @__PURE__ */ a4("h1", { children: target.instance_id }),
      /* @__PURE__ */ a4(InstanceBody, { target, inventory })
    ] });
  }
  function InstanceBody(props) {
    const { target, inventory } = props;
    const { account_id, region, instance_id } = target;
    const id = encodeURIComponent(instance_id);
    const where = { account_id, region };
    const [instancePath, operationsPath] = [`instances/${id}`, `instances/${id}/operations`].map(
      (it) => path(it, where)
    );
    const instance2 = useResource(
      instancePath,
      (signal2) => client.ask(instancePath, { signal: signal2 }),
      LIVE_EVERY
    );
    const available = useResource(
      operationsPath,
      (signal2) => client.ask(operationsPath, { signal: signal2 }),
      LIVE_EVERY
    );
    const historyPath = path("operations", { ...target, limit: "10" });
    const history2 = useResource(
      historyPath,
      (signal2) => client.ask(historyPath, { signal: signal2 }),
      EVERY2
    );
    useWorkOf(history2.state.value.data?.items, () => {
      instance2.refresh();
      available.refresh();
    });
    const { error } = instance2.state.value;
    if (error instanceof ApiError && error.status === 404) return /* @__PURE__ */ a4(Failure, { error, what: "" });
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(Data, { of: instance2, what: "the instance", children: (it) => /* @__PURE__ */ a4(Head2, { instance: it, inventory }) }),
      /* @__PURE__ */ a4(Waiting, { target }),
      /* @__PURE__ */ a4(Data, { of: available, what: "what is possible", children: (it) => /* @__PURE__ */ a4(Possible, { available: it, target }) }),
      /* @__PURE__ */ a4(Data, { of: instance2, what: "the description", children: (it) => /* @__PURE__ */ a4(Described, { instance: it, inventory }) }),
      /* @__PURE__ */ a4(History, { of: history2, target }),
      /* @__PURE__ */ a4("p", { class: "muted foot", children: /* @__PURE__ */ a4(Age, { of: instance2 }) })
    ] });
  }
  function useWorkOf(operations, changed) {
    const known = T2(operations);
    A2(() => {
      const before = known.current;
      known.current = operations;
      if (before !== void 0 && operations !== void 0 && mayHaveChanged(before, operations)) changed();
    }, [operations]);
  }
  function Head2({ instance: instance2, inventory }) {
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("p", { class: "lead", children: [
        /* @__PURE__ */ a4(Environment, { name: instance2.environment }),
        /* @__PURE__ */ a4(KnownStatus, { instance: instance2 }),
        /* @__PURE__ */ a4("span", { class: "muted", children: instance2.status_from === "live" ? "as RDS shows it now" : "as the inventory knows it" })
      ] }),
      /* @__PURE__ */ a4(SeenNotice, { instance: instance2, status: inventory }),
      instance2.live_error !== void 0 && /* @__PURE__ */ a4(Notice, { tone: "warn", title: "RDS could not be asked. ", children: instance2.live_error }),
      instance2.running_operation_id !== null && /* @__PURE__ */ a4(Notice, { tone: "busy", children: [
        "An operation runs on it.",
        " ",
        /* @__PURE__ */ a4(ViewLink, { path: ["operations", instance2.running_operation_id], children: "Watch it" })
      ] }),
      /* @__PURE__ */ a4(Pending, { changes: instance2.live?.pending_modifications ?? {} })
    ] });
  }
  function Waiting({ target }) {
    const asked = path("operations", { ...target, status: "scheduled", limit: "10" });
    const waiting = useResource(asked, (signal2) => client.ask(asked, { signal: signal2 }), EVERY2);
    return /* @__PURE__ */ a4($, { children: waiting.state.value.data?.items.map((it) => /* @__PURE__ */ a4(Notice, { tone: "quiet", children: [
      /* @__PURE__ */ a4(ViewLink, { path: ["operations", it.operation_id], children: operationName(it.operation) }),
      " is scheduled",
      it.start !== void 0 && /* @__PURE__ */ a4($, { children: [
        " for ",
        /* @__PURE__ */ a4(Time, { at: it.start.from, surface: "future" })
      ] }),
      "."
    ] }, it.operation_id)) });
  }
  function Pending({ changes }) {
    const waiting = Object.entries(changes);
    if (waiting.length === 0) return null;
    return /* @__PURE__ */ a4(Notice, { tone: "warn", title: "Changes wait on this instance. ", children: /* @__PURE__ */ a4(Facts, { facts: waiting }) });
  }
  function Possible({ available, target }) {
    const isForAll = available.operations.length === 0 && available.reason !== void 0;
    const harmless = available.operations.filter((it) => !INTERRUPTING.has(it.operation));
    const interrupting = available.operations.filter((it) => INTERRUPTING.has(it.operation));
    return /* @__PURE__ */ a4(Section, { title: "Operations", children: isForAll ? /* @__PURE__ */ a4(Notice, { tone: "warn", title: available.reason ?? "", children: /* @__PURE__ */ a4("p", { children: /* @__PURE__ */ a4(Prose, { of: available.guidance }) }) }) : /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(Buttons, { names: harmless.map((it) => it.operation), target }),
      interrupting.length > 0 && /* @__PURE__ */ a4("h3", { children: "These interrupt or delete something" }),
      /* @__PURE__ */ a4(Buttons, { names: interrupting.map((it) => it.operation), target, isRisky: true }),
      /* @__PURE__ */ a4(Impossible, { refusals: available.not_permitted })
    ] }) });
  }
  function Buttons(props) {
    const { account_id, region, instance_id } = props.target;
    return /* @__PURE__ */ a4("ul", { class: "operations", children: props.names.map((name) => /* @__PURE__ */ a4("li", { children: [
      /* @__PURE__ */ a4(
        ViewLink,
        {
          path: ["instances", account_id, region, instance_id, "run", name],
          class: props.isRisky ? "button risky" : "button",
          children: operationName(name)
        }
      ),
      /* @__PURE__ */ a4("span", { class: "muted", children: operationAbout(name) })
    ] }, name)) });
  }
  function Impossible({ refusals }) {
    if (refusals.length === 0) return null;
    const reasons = [...new Set(refusals.map((it) => it.reason))];
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("h3", { children: "Not possible now" }),
      reasons.map((reason) => {
        const same2 = refusals.filter((it) => it.reason === reason);
        return /* @__PURE__ */ a4("div", { class: "impossible", children: [
          /* @__PURE__ */ a4("p", { children: same2.map((it) => /* @__PURE__ */ a4("button", { type: "button", disabled: true, children: operationName(it.operation) }, it.operation)) }),
          /* @__PURE__ */ a4("p", { class: "muted", children: /* @__PURE__ */ a4(Prose, { of: advice(reason, same2[0]) }) })
        ] }, reason);
      })
    ] });
  }
  function advice(reason, refusal) {
    const isStatus = refusal?.code === "status_not_allowed" || refusal?.error_code === "status_not_allowed";
    return isStatus || refusal === void 0 ? reason : `${reason} ${refusal.guidance}`;
  }
  function Described({ instance: instance2, inventory }) {
    const { live } = instance2;
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(Why, { instance: instance2 }),
      /* @__PURE__ */ a4(Section, { title: "Description", children: /* @__PURE__ */ a4(
        Facts,
        {
          facts: [
            ["Account", /* @__PURE__ */ a4("span", { class: "number", children: instance2.account_id })],
            ["Region", instance2.region],
            ["Engine", `${live?.engine ?? instance2.engine} ${live?.engine_version ?? ""}`],
            ["Class", live?.instance_class ?? instance2.instance_class],
            ["Zones", zones(instance2)],
            ["Backup window", live?.backup_window && `${live.backup_window} UTC`],
            ["Backups kept", live?.backup_retention_days != null && `${live.backup_retention_days} days`],
            ["Maintenance window", live?.maintenance_window && `${live.maintenance_window} UTC`],
            ["Parameter groups", pairs(live?.parameter_groups)],
            ["Starts by itself", live?.automatic_restart_time && /* @__PURE__ */ a4(Time, { at: live.automatic_restart_time, surface: "future" })],
            ["Seen by discovery", seen(instance2, inventory)],
            ["ARN", live?.arn && /* @__PURE__ */ a4("code", { children: live.arn })],
            ["Resource id", live?.dbi_resource_id && /* @__PURE__ */ a4("code", { children: live.dbi_resource_id })]
          ].filter((it) => it[1] !== false)
        }
      ) }),
      /* @__PURE__ */ a4(Related, { instance: instance2 }),
      /* @__PURE__ */ a4(Tags, { instance: instance2 })
    ] });
  }
  function seen({ seen_at: at }, inventory) {
    if (at === void 0) return inventory?.discovery === true && "Another system writes its item";
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(Time, { at, surface: "age" }),
      " ",
      /* @__PURE__ */ a4("span", { class: "muted", children: /* @__PURE__ */ a4(Time, { at }) })
    ] });
  }
  function zones({ live, multi_az: multiAz }) {
    const named = [live?.availability_zone, live?.secondary_availability_zone].filter(Boolean);
    const standby = (live?.multi_az ?? multiAz) === true ? "with a standby" : "";
    return [named.join(", standby in "), named.length === 2 ? "" : standby].filter(Boolean).join(" ");
  }
  function pairs(groups) {
    return Object.entries(groups ?? {}).map(([name, status]) => `${name} (${status})`).join(", ");
  }
  function Why({ instance: instance2 }) {
    const { classification } = instance2;
    return /* @__PURE__ */ a4(Section, { title: `Why ${classification.environment}`, children: [
      /* @__PURE__ */ a4("p", { children: why(classification) }),
      /* @__PURE__ */ a4("details", { children: [
        /* @__PURE__ */ a4("summary", { children: "All sources" }),
        /* @__PURE__ */ a4("div", { class: "table-frame", children: /* @__PURE__ */ a4("table", { class: "table", children: [
          /* @__PURE__ */ a4("thead", { children: /* @__PURE__ */ a4("tr", { children: [
            /* @__PURE__ */ a4("th", { scope: "col", children: "Source" }),
            /* @__PURE__ */ a4("th", { scope: "col", children: "Read in" }),
            /* @__PURE__ */ a4("th", { scope: "col", children: "Found" }),
            /* @__PURE__ */ a4("th", { scope: "col", children: "Says" })
          ] }) }),
          /* @__PURE__ */ a4("tbody", { children: classification.trace.map((it, at) => /* @__PURE__ */ a4("tr", { class: it.decisive ? "decisive" : void 0, children: [
            /* @__PURE__ */ a4("td", { children: [
              sourceName(it.source),
              " ",
              it.decisive && /* @__PURE__ */ a4("strong", { children: "decides" })
            ] }),
            /* @__PURE__ */ a4("td", { children: [
              originName(it.origin),
              it.subject !== instance2.instance_id && /* @__PURE__ */ a4("span", { class: "under", children: it.subject })
            ] }),
            /* @__PURE__ */ a4("td", { children: [
              [it.key, it.value].filter(Boolean).join(" = "),
              it.note !== void 0 && /* @__PURE__ */ a4("span", { class: "under", children: it.note })
            ] }),
            /* @__PURE__ */ a4("td", { children: it.says ?? /* @__PURE__ */ a4("span", { class: "muted", children: "nothing" }) })
          ] }, at)) })
        ] }) })
      ] })
    ] });
  }
  function Related({ instance: instance2 }) {
    const { live } = instance2;
    const related = [];
    const cluster = live?.cluster_id ?? instance2.db_cluster_id;
    if (cluster) related.push(["Member of the cluster", cluster]);
    const source = live?.replica_source ?? instance2.read_replica_source;
    if (source) related.push(["Replica of", source]);
    if (live?.source_cluster) related.push(["Replica of the cluster", live.source_cluster]);
    for (const replica of live?.replicas ?? []) related.push(["Replicated by", replica]);
    for (const replica of live?.replica_clusters ?? []) related.push(["Replicated by the cluster", replica]);
    if (related.length === 0) return null;
    return /* @__PURE__ */ a4(Section, { title: "Related databases", children: [
      /* @__PURE__ */ a4("p", { class: "muted", children: "The strictest environment of all of them counts." }),
      /* @__PURE__ */ a4("ul", { class: "related", children: related.map(([relation, name]) => /* @__PURE__ */ a4("li", { children: [
        relation,
        " ",
        /* @__PURE__ */ a4(RelatedLink, { name, isCluster: relation.includes("cluster"), of: instance2 })
      ] }, relation + name)) })
    ] });
  }
  function RelatedLink(props) {
    const { name, isCluster, of } = props;
    const [, , , region = of.region, account = of.account_id, , identifier = name] = name.split(":");
    return isCluster ? /* @__PURE__ */ a4(ViewLink, { path: ["instances"], parameters: { q: identifier }, children: name }) : /* @__PURE__ */ a4(ViewLink, { path: ["instances", account, region, identifier], children: name });
  }
  function Tags({ instance: instance2 }) {
    const tags2 = Object.entries(instance2.live?.tags ?? instance2.tags);
    return /* @__PURE__ */ a4(Section, { title: "Tags", children: tags2.length === 0 ? /* @__PURE__ */ a4("p", { class: "muted", children: "It has none." }) : /* @__PURE__ */ a4(Facts, { facts: tags2 }) });
  }
  function History({ of: history2, target }) {
    const { instance_id } = target;
    return /* @__PURE__ */ a4(
      Section,
      {
        title: "History",
        aside: /* @__PURE__ */ a4(ViewLink, { path: ["audit"], parameters: { instance_id }, children: "Audit trail" }),
        children: /* @__PURE__ */ a4(Data, { of: history2, what: "the history", children: (page) => {
          const { items } = page;
          if (items.length === 0) return /* @__PURE__ */ a4(Empty, { title: "No operation was run on it yet." });
          return /* @__PURE__ */ a4("ul", { class: "history", children: items.map((it) => /* @__PURE__ */ a4("li", { children: [
            /* @__PURE__ */ a4(ViewLink, { path: ["operations", it.operation_id], children: operationName(it.operation) }),
            /* @__PURE__ */ a4(OperationState, { status: it.status, success: it.success }),
            it.created_at !== void 0 && /* @__PURE__ */ a4(Time, { at: it.created_at }),
            /* @__PURE__ */ a4("span", { class: "muted", children: [
              "by ",
              person(it.requested_by)
            ] })
          ] }, it.operation_id)) });
        } })
      }
    );
  }

  // src/views/instances.tsx
  var FILTERS = {
    q: "Search",
    environment: "Environment",
    status: "Status",
    engine: "Engine",
    account_id: "Account",
    region: "Region",
    tag: "Tag",
    operation_allowed: "Can run"
  };
  var ADDITIONS = { gone: "Instances that are gone" };
  var LIMIT = "50";
  var EVERY3 = 6e4;
  function InstancesView() {
    const { parameters: parameters2 } = route.value;
    title(`Instances – ${serviceName.value}`);
    const { cursor, sort = "instance_id" } = parameters2;
    const asked = { limit: LIMIT, sort, cursor };
    const names = { ...FILTERS, ...ADDITIONS };
    for (const name of Object.keys(names)) asked[name] = parameters2[name];
    const key = path("instances", asked);
    const list = useLasting(key, (signal2) => client.ask(key, { signal: signal2 }), EVERY3);
    const inventory = useInventory().state.value.data;
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("h1", { class: "hidden", children: "Instances" }),
      /* @__PURE__ */ a4(NamedViews, {}),
      /* @__PURE__ */ a4(InstanceFilters, { inventory }),
      /* @__PURE__ */ a4(Chips, { names, show: (name, value2) => name in ADDITIONS ? "shown" : value2 }),
      /* @__PURE__ */ a4(InventoryLine, { status: inventory }),
      /* @__PURE__ */ a4(Data, { of: list, what: "instances", children: (page) => /* @__PURE__ */ a4(Listed, { page, sort, inventory }) }),
      /* @__PURE__ */ a4("p", { class: "muted foot", children: /* @__PURE__ */ a4(Age, { of: list }) })
    ] });
  }
  function NamedViews() {
    const views = [
      ["All", {}],
      ["Not production", { environment: "NonProduction" }],
      ["Production", { environment: "Production" }],
      ["Stopped", { status: "stopped" }]
    ];
    const { panel: _panel, cursor: _cursor, ...applied } = route.value.parameters;
    const present = format(["instances"], applied);
    return /* @__PURE__ */ a4("nav", { class: "views", "aria-label": "Views of instances", children: views.map(([words, parameters2]) => {
      const hash = format(["instances"], parameters2);
      return /* @__PURE__ */ a4("a", { href: hash, "aria-current": hash === present ? "true" : void 0, children: words }, words);
    }) });
  }
  function InstanceFilters({ inventory }) {
    const known = session.value;
    return /* @__PURE__ */ a4("div", { class: "toolbar", children: [
      /* @__PURE__ */ a4(Search, { label: "Search instances", placeholder: "Name or engine, e.g. orders or postgres" }),
      /* @__PURE__ */ a4(Select, { name: "environment", label: "Environment", options: known?.environments ?? [] }),
      /* @__PURE__ */ a4(
        Select,
        {
          name: "operation_allowed",
          label: "Can run",
          options: (known?.operations ?? []).map((it) => [it.operation, operationName(it.operation)])
        }
      ),
      /* @__PURE__ */ a4(MoreFilters, { children: [
        /* @__PURE__ */ a4(TextFilter, { name: "status", label: "Status", placeholder: "e.g. stopped" }),
        /* @__PURE__ */ a4(TextFilter, { name: "engine", label: "Engine", placeholder: "e.g. postgres" }),
        /* @__PURE__ */ a4(TextFilter, { name: "account_id", label: "Account", placeholder: "12 digits" }),
        /* @__PURE__ */ a4(TextFilter, { name: "region", label: "Region", placeholder: "e.g. eu-central-1" }),
        /* @__PURE__ */ a4(TextFilter, { name: "tag", label: "Tag", placeholder: "key:value" }),
        (inventory?.discovery === true || route.value.parameters.gone !== void 0) && /* @__PURE__ */ a4(Switch, { name: "gone", label: "Show instances that are gone" }),
        /* @__PURE__ */ a4(ColumnChoice, {})
      ] })
    ] });
  }
  function ColumnChoice() {
    const hidden = new Set(hiddenColumns.value.split(","));
    const toggle = (key) => {
      if (!hidden.delete(key)) hidden.add(key);
      hiddenColumns.value = [...hidden].filter((it) => it !== "").join(",");
    };
    return /* @__PURE__ */ a4("fieldset", { class: "columns", children: [
      /* @__PURE__ */ a4("legend", { children: "Columns" }),
      columns().filter((column) => column.key !== "instance").map((column) => /* @__PURE__ */ a4("label", { children: [
        /* @__PURE__ */ a4(
          "input",
          {
            type: "checkbox",
            checked: !hidden.has(column.key),
            onChange: () => toggle(column.key)
          }
        ),
        column.head
      ] }, column.key))
    ] });
  }
  function Listed(props) {
    const { page, sort, inventory } = props;
    const { parameters: parameters2 } = route.value;
    const isFiltered = Object.keys(FILTERS).some((name) => parameters2[name] !== void 0);
    const selected = page.items.findIndex((it) => placeOf(it) === parameters2.panel);
    const shown2 = page.items[selected];
    const hidden = new Set(hiddenColumns.value.split(","));
    const open = (instance2) => change({ panel: instance2 === void 0 ? void 0 : placeOf(instance2) });
    if (page.items.length === 0) {
      return isFiltered ? /* @__PURE__ */ a4(Empty, { title: "No instance matches.", children: "Take a filter away, or search for less." }) : /* @__PURE__ */ a4(NoInstance, { status: inventory });
    }
    return /* @__PURE__ */ a4("div", { class: shown2 === void 0 ? "split" : "split opened", children: [
      /* @__PURE__ */ a4("div", { class: "split-list", children: [
        /* @__PURE__ */ a4(
          Table,
          {
            caption: "Instances",
            columns: columns(inventory).filter((column) => !hidden.has(column.key)),
            classOf: (it) => it.gone_since === void 0 ? void 0 : "gone",
            rows: page.items,
            keyOf: placeOf,
            open,
            selected: parameters2.panel,
            sort,
            onSort: (next) => change({ sort: next, cursor: void 0 })
          }
        ),
        /* @__PURE__ */ a4(Counted, { page }),
        /* @__PURE__ */ a4(Pages, { next: page.next_cursor }),
        (page.broken ?? []).map((item) => /* @__PURE__ */ a4("p", { class: "muted", children: [
          "The inventory item ",
          /* @__PURE__ */ a4("code", { children: item.instance_id }),
          " can't be understood: ",
          item.problem
        ] }, item.instance_id))
      ] }),
      shown2 !== void 0 && /* @__PURE__ */ a4(
        Panel,
        {
          title: shown2.instance_id,
          page: ["instances", ...placeOf(shown2).split("/")],
          close: () => open(void 0),
          before: selected > 0 ? () => open(page.items[selected - 1]) : void 0,
          after: selected < page.items.length - 1 ? () => open(page.items[selected + 1]) : void 0,
          children: /* @__PURE__ */ a4(InstanceBody, { target: shown2, inventory }, placeOf(shown2))
        }
      )
    ] });
  }
  function Counted({ page: { items, next_cursor: next } }) {
    const isWhole = next === null && route.value.parameters.cursor === void 0;
    return /* @__PURE__ */ a4("p", { class: "muted foot", children: [
      counted(items.length, "instance"),
      !isWhole && " on this page"
    ] });
  }
  function Pages({ next }) {
    const { parameters: parameters2 } = route.value;
    if (next === null && parameters2.cursor === void 0) return null;
    return /* @__PURE__ */ a4("nav", { class: "pages", "aria-label": "Pages", children: [
      parameters2.cursor !== void 0 && /* @__PURE__ */ a4("button", { type: "button", onClick: () => change({ cursor: void 0, panel: void 0 }), children: "First page" }),
      next !== null && /* @__PURE__ */ a4("button", { type: "button", onClick: () => change({ cursor: next, panel: void 0 }), children: "Next page" })
    ] });
  }
  function placeOf(it) {
    return `${it.account_id}/${it.region}/${it.instance_id}`;
  }
  function columns(inventory) {
    return [
      {
        key: "instance",
        head: "Instance",
        sort: "instance_id",
        cell: (it) => /* @__PURE__ */ a4(Name, { of: it, inventory })
      },
      {
        key: "environment",
        head: "Environment",
        sort: "environment",
        room: "medium",
        cell: (it) => /* @__PURE__ */ a4(Environment, { name: it.environment })
      },
      { key: "status", head: "Status", sort: "status", cell: (it) => /* @__PURE__ */ a4(KnownStatus, { instance: it }) },
      { key: "now", head: "Now", room: "medium", cell: (it) => /* @__PURE__ */ a4(Now, { of: it, inventory }) },
      { key: "engine", head: "Engine", sort: "engine", room: "medium", cell: (it) => it.engine },
      { key: "class", head: "Class", sort: "instance_class", room: "wide", cell: (it) => it.instance_class ?? "–" },
      { key: "account", head: "Account", sort: "account_id", room: "wide", cell: (it) => it.account_id },
      { key: "region", head: "Region", sort: "region", room: "wide", cell: (it) => it.region }
    ];
  }
  function Name({ of: it, inventory }) {
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(ViewLink, { path: ["instances", ...placeOf(it).split("/")], class: "name", children: it.instance_id }),
      /* @__PURE__ */ a4("span", { class: "narrow-only", children: /* @__PURE__ */ a4(Environment, { name: it.environment }) }),
      /* @__PURE__ */ a4(Seen, { instance: it, status: inventory }),
      it.db_cluster_id !== null && /* @__PURE__ */ a4("span", { class: "under", children: [
        "cluster ",
        it.db_cluster_id
      ] }),
      it.read_replica_source !== null && /* @__PURE__ */ a4("span", { class: "under", children: [
        "replica of ",
        it.read_replica_source
      ] })
    ] });
  }
  function Now({ of: instance2, inventory }) {
    const id = instance2.running_operation_id;
    if (id !== null) return /* @__PURE__ */ a4(Running, { id });
    const age = freshness(instance2, inventory, now.value.getTime());
    if (age === "refused" && instance2.operations_allowed) {
      return /* @__PURE__ */ a4("span", { class: "muted reason", children: "refused: not seen for too long" });
    }
    if (instance2.operations_allowed || age === "gone") return /* @__PURE__ */ a4("span", { class: "muted", children: "–" });
    const isProduction = instance2.not_allowed?.code === "production_blocked";
    return /* @__PURE__ */ a4("span", { class: "muted reason", children: isProduction ? "blocked: production" : instance2.not_allowed?.reason ?? "nothing can be run" });
  }
  function Running({ id }) {
    const running2 = useResource(
      id,
      (signal2) => client.ask(`operations/${id}`, { signal: signal2 }),
      5e3
    );
    const { data } = running2.state.value;
    return /* @__PURE__ */ a4(ViewLink, { path: ["operations", id], class: "running", children: data === void 0 ? /* @__PURE__ */ a4(Status, { word: "an operation runs", tone: instanceTone("modifying") }) : /* @__PURE__ */ a4(Percent, { operation: data }) });
  }

  // src/views/preview.tsx
  function PreviewShown({ preview, request }) {
    const { would } = preview;
    return /* @__PURE__ */ a4("div", { class: "preview", children: [
      preview.checks.filter((it) => !it.passed).map((it) => /* @__PURE__ */ a4(Failed, { check: it }, it.check)),
      /* @__PURE__ */ a4(WouldApply, { preview }),
      would.interruption !== void 0 && /* @__PURE__ */ a4(Notice, { tone: interruption(would.interruption.kind).tone, title: `${interruption(would.interruption.kind).word}. `, children: /* @__PURE__ */ a4(Prose, { of: would.interruption.explanation }) }),
      would.warnings?.map((warning) => /* @__PURE__ */ a4(Notice, { tone: "warn", title: `${warning.message} `, children: /* @__PURE__ */ a4(Prose, { of: warning.guidance }) }, warning.code)),
      would.conflicts.map((conflict) => /* @__PURE__ */ a4(Notice, { tone: "warn", title: "Another operation has the instance. ", children: /* @__PURE__ */ a4(ViewLink, { path: ["operations", conflict.running_operation_id], children: "Watch it" }) }, conflict.running_operation_id)),
      would.rds_call === null && /* @__PURE__ */ a4(Notice, { tone: "quiet", title: "It is so already: RDS would be asked for nothing." }),
      /* @__PURE__ */ a4(
        Facts,
        {
          facts: [
            ["Starts", starts(request)],
            ["RDS is asked for", would.rds_call && /* @__PURE__ */ a4(Call, { call: would.rds_call })],
            ["Applies to", would.scope === "cluster" ? `the whole cluster ${would.db_cluster_id ?? ""}` : would.scope && "this instance"],
            ["In the window", would.maintenance_window && `${would.maintenance_window} UTC`],
            ["Who notices it", affected(preview)],
            ["Snapshot", would.snapshot && /* @__PURE__ */ a4("code", { children: would.snapshot.snapshot_id })],
            ["Taken", would.snapshot?.snapshot_create_time && /* @__PURE__ */ a4(Time, { at: would.snapshot.snapshot_create_time })],
            ["Kept until", would.snapshot?.delete_after],
            ["Parameters in use", would.parameter_apply_status],
            ["Tags not copied", would.tags_not_copied?.join(", ")]
          ]
        }
      ),
      /* @__PURE__ */ a4(Differences, { preview }),
      /* @__PURE__ */ a4("details", { children: [
        /* @__PURE__ */ a4("summary", { children: [
          preview.checks.length,
          " checks, ",
          preview.checks.filter((it) => it.passed).length,
          " passed"
        ] }),
        /* @__PURE__ */ a4("ul", { class: "checks", children: preview.checks.map((it) => /* @__PURE__ */ a4("li", { children: /* @__PURE__ */ a4(Status, { tone: it.passed ? "good" : "bad", word: label(it.check) }) }, it.check)) })
      ] })
    ] });
  }
  function starts(request) {
    const within = `${request.start_within_minutes ?? 60} minutes`;
    if (request.start !== void 0) {
      return /* @__PURE__ */ a4($, { children: [
        /* @__PURE__ */ a4(Time, { at: request.start.at, surface: "future" }),
        ", or within ",
        within,
        " after it if the instance is busy then"
      ] });
    }
    return request.if_busy === "queue" ? `now, or within ${within} when the instance is free` : "now";
  }
  function WouldApply({ preview }) {
    const waiting = Object.entries(preview.would.pending_modifications ?? {});
    if (waiting.length === 0) return null;
    const isAtOnce = preview.would.parameters?.apply_immediately === true;
    const title2 = isAtOnce ? "Changes wait that this would apply, too" : "Other changes wait on this instance";
    return /* @__PURE__ */ a4(Notice, { tone: isAtOnce ? "bad" : "warn", title: title2, children: /* @__PURE__ */ a4(Facts, { facts: waiting }) });
  }
  function Failed({ check }) {
    return /* @__PURE__ */ a4(Notice, { tone: "bad", title: `${check.error ?? label(check.check)} `, children: /* @__PURE__ */ a4("p", { children: /* @__PURE__ */ a4(Prose, { of: check.guidance }) }) });
  }
  function Call({ call }) {
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("code", { children: call.action }),
      /* @__PURE__ */ a4(Facts, { facts: Object.entries(call.parameters).map(([name, value2]) => [name, text(value2)]) })
    ] });
  }
  function text(value2) {
    if (Array.isArray(value2)) return value2.map(text).join(", ");
    if (typeof value2 === "object" && value2 !== null) {
      const { Key, Value: Value2 } = value2;
      return Key === void 0 ? JSON.stringify(value2) : `${Key} = ${Value2 ?? ""}`;
    }
    return String(value2);
  }
  function affected(preview) {
    const all = preview.would.affected ?? [];
    return all.map((it) => `${it.instance_id} (${interruption(it.effect).word.toLowerCase()})`).join("; ");
  }
  function Differences({ preview }) {
    const differences = preview.would.parameter_differences ?? [];
    if (differences.length === 0) return null;
    return /* @__PURE__ */ a4("div", { class: "table-frame", children: /* @__PURE__ */ a4("table", { class: "table", children: [
      /* @__PURE__ */ a4("caption", { children: "Parameters that differ between the two groups" }),
      /* @__PURE__ */ a4("thead", { children: /* @__PURE__ */ a4("tr", { children: [
        /* @__PURE__ */ a4("th", { scope: "col", children: "Parameter" }),
        /* @__PURE__ */ a4("th", { scope: "col", children: "Now" }),
        /* @__PURE__ */ a4("th", { scope: "col", children: "Then" }),
        /* @__PURE__ */ a4("th", { scope: "col", children: "Takes effect" })
      ] }) }),
      /* @__PURE__ */ a4("tbody", { children: differences.map((it) => /* @__PURE__ */ a4("tr", { children: [
        /* @__PURE__ */ a4("td", { children: /* @__PURE__ */ a4("code", { children: it.parameter }) }),
        /* @__PURE__ */ a4("td", { children: it.from ?? "the engine's default" }),
        /* @__PURE__ */ a4("td", { children: it.to ?? "the engine's default" }),
        /* @__PURE__ */ a4("td", { children: it.is_static ? "after a reboot" : "at once" })
      ] }, it.parameter)) })
    ] }) });
  }
  function Confirm(props) {
    const { preview } = props;
    const [typed2, setTyped] = d2("");
    if (!preview.passed) {
      return /* @__PURE__ */ a4("p", { class: "muted", children: "It can't be sent as long as a check fails. Change the request; if the reason is the state of the instance, come back later." });
    }
    const mustType = needsName(preview.would.interruption?.kind);
    const isConfirmed = !mustType || typed2 === preview.instance_id;
    const isOther = typed2 !== "" && !preview.instance_id.startsWith(typed2);
    const name = `${operationName(preview.operation)} of ${preview.instance_id}`;
    const words = props.request.start === void 0 ? name : `Schedule: ${name}`;
    const tone = mustType ? "danger" : preview.would.rds_call === null ? void 0 : "primary";
    return /* @__PURE__ */ a4(
      "form",
      {
        class: "confirm",
        onSubmit: (event) => {
          event.preventDefault();
          if (isConfirmed && !props.isSending) props.send();
        },
        children: [
          mustType && /* @__PURE__ */ a4(Field, { label: "Name of the instance", problem: isOther ? `is not ${preview.instance_id}` : void 0, hint: `Type ${preview.instance_id} to confirm that its users are interrupted.`, children: (described) => /* @__PURE__ */ a4(
            "input",
            {
              ...described,
              type: "text",
              value: typed2,
              onInput: (event) => setTyped(event.currentTarget.value),
              spellcheck: false,
              autocomplete: "off"
            }
          ) }),
          /* @__PURE__ */ a4("button", { type: "submit", class: tone, disabled: !isConfirmed || props.isSending, children: props.isSending ? "Sending …" : words })
        ]
      }
    );
  }

  // src/parts/value.tsx
  var TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
  var IDENTIFIER = /^(arn:|db-|[0-9a-f]{32,}$)/;
  function Members({ of }) {
    const known = Object.entries(of).filter((it) => it[1] !== void 0 && it[1] !== null);
    if (known.length === 0) return /* @__PURE__ */ a4("p", { class: "muted", children: "None." });
    return /* @__PURE__ */ a4(Facts, { facts: known.map(([name, value2]) => [label(name), /* @__PURE__ */ a4(Value, { of: value2 })]) });
  }
  function Value({ of }) {
    if (of === null) return /* @__PURE__ */ a4("span", { class: "muted", children: "none" });
    if (typeof of === "boolean") return of ? "yes" : "no";
    if (typeof of === "number") return /* @__PURE__ */ a4("span", { class: "number", children: of });
    if (typeof of === "string") return /* @__PURE__ */ a4(Text, { of });
    if (Array.isArray(of)) return /* @__PURE__ */ a4(List, { of });
    const tag = asTag(of);
    return tag === void 0 ? /* @__PURE__ */ a4(Members, { of }) : /* @__PURE__ */ a4(Tag, { tag });
  }
  function Text({ of }) {
    if (of === "") return /* @__PURE__ */ a4("span", { class: "muted", children: "empty" });
    if (TIME.test(of)) return /* @__PURE__ */ a4(Time, { at: of });
    if (IDENTIFIER.test(of)) return /* @__PURE__ */ a4("code", { children: of });
    return /* @__PURE__ */ a4("span", { class: "text", children: of });
  }
  function List({ of }) {
    if (of.length === 0) return /* @__PURE__ */ a4("span", { class: "muted", children: "none" });
    return /* @__PURE__ */ a4("ul", { class: "values", children: of.map((item, at) => /* @__PURE__ */ a4("li", { children: /* @__PURE__ */ a4(Value, { of: item }) }, at)) });
  }
  function asTag(of) {
    const { Key, Value: value2 } = of;
    return typeof Key === "string" && typeof value2 === "string" && Object.keys(of).length === 2 ? [Key, value2] : void 0;
  }
  function Tag({ tag: [key, value2] }) {
    return /* @__PURE__ */ a4("span", { class: "text", children: [
      key,
      " = ",
      value2 === "" ? /* @__PURE__ */ a4("span", { class: "muted", children: "empty" }) : value2
    ] });
  }

  // src/views/audit.tsx
  var FILTERS2 = {
    instance_id: "Instance",
    user: "Person",
    operation: "Operation",
    operation_id: "Operation id",
    from: "From",
    to: "To"
  };
  function AuditView() {
    const { parameters: parameters2 } = route.value;
    title(`Audit – ${serviceName.value}`);
    const filters = { ...periodOf(parameters2) };
    for (const name of Object.keys(FILTERS2)) filters[name] = parameters2[name];
    const key = path("audit", { limit: "50", cursor: parameters2.cursor, ...filters });
    const list = useResource(key, (signal2) => client.ask(key, { signal: signal2 }));
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("h1", { class: "hidden", children: "Audit trail" }),
      /* @__PURE__ */ a4("div", { class: "toolbar", children: [
        /* @__PURE__ */ a4(Search, { name: "instance_id", label: "Instance", placeholder: "Exact name of an instance" }),
        /* @__PURE__ */ a4(Search, { name: "user", label: "Person", placeholder: "Person, e.g. alice" }),
        /* @__PURE__ */ a4(
          Select,
          {
            name: "operation",
            label: "Operation",
            options: (session.value?.operations ?? []).map((it) => [it.operation, operationName(it.operation)])
          }
        ),
        /* @__PURE__ */ a4(MoreFilters, { children: [
          /* @__PURE__ */ a4(TextFilter, { name: "operation_id", label: "Operation id", placeholder: "26 characters" }),
          /* @__PURE__ */ a4(Period, {})
        ] }),
        /* @__PURE__ */ a4(Export, { filters })
      ] }),
      /* @__PURE__ */ a4(Chips, { names: FILTERS2, show: filterWords }),
      /* @__PURE__ */ a4(Data, { of: list, what: "the audit trail", children: (page) => /* @__PURE__ */ a4(Listed2, { page }) }, key),
      /* @__PURE__ */ a4("p", { class: "muted foot", children: /* @__PURE__ */ a4(Age, { of: list }) }),
      /* @__PURE__ */ a4("p", { class: "muted", children: [
        "Each entry's hash covers the entry before it. ",
        /* @__PURE__ */ a4("code", { children: "rds-ops audit verify" }),
        " finds every entry that was changed or removed."
      ] })
    ] });
  }
  function Export({ filters }) {
    const [state, setState] = d2("idle");
    const isWorking = typeof state === "object" && "parts" in state;
    const run = async () => {
      setState({ parts: 0 });
      try {
        const csv = await exportCsv(client, filters, (parts2) => setState({ parts: parts2 }));
        save(`audit-${(/* @__PURE__ */ new Date()).toISOString().slice(0, 10)}.csv`, csv);
        setState("idle");
      } catch (error) {
        setState({ error });
      }
    };
    return /* @__PURE__ */ a4("div", { class: "export", children: [
      /* @__PURE__ */ a4(
        "button",
        {
          type: "button",
          disabled: isWorking,
          title: "The export is an entry of the trail, with your name.",
          onClick: () => void run(),
          children: isWorking ? `Exporting${state.parts > 0 ? ` part ${state.parts + 1}` : ""} …` : "Export CSV"
        }
      ),
      typeof state === "object" && "error" in state && /* @__PURE__ */ a4(Failure, { error: state.error, what: "the export" })
    ] });
  }
  function save(name, content) {
    const url = URL.createObjectURL(new Blob([content], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
  }
  function Listed2({ page }) {
    if (page.items.length === 0) {
      return page.next_cursor === null ? /* @__PURE__ */ a4(Empty, { title: "No entry matches.", children: "Take a filter away. Names of instances are exact here." }) : /* @__PURE__ */ a4(Empty, { title: "Nothing on this page.", children: [
        "The search covers a part of the trail at a time.",
        /* @__PURE__ */ a4(Pages, { next: page.next_cursor })
      ] });
    }
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("ul", { class: "entries", "aria-label": "Entries, newest first, those of one operation together", onKeyDown: move, children: byOperation(page.items).map(({ entry, follows }) => /* @__PURE__ */ a4(Entry, { entry, follows }, entry.audit_id)) }),
      /* @__PURE__ */ a4(Pages, { next: page.next_cursor })
    ] });
  }
  function move(event) {
    const list = event.currentTarget;
    const entries = [...list.querySelectorAll(".entry > summary")];
    const at = entries.indexOf(event.target);
    if (at === -1) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to === void 0) return;
    event.preventDefault();
    entries[to]?.focus();
  }
  function Entry({ entry, follows }) {
    const event = auditEvent(entry.event, entry.success);
    const code = entry.success === false ? codeOf(entry) : void 0;
    const named = route.value.parameters["entry"] === entry.audit_id;
    const [isOpen] = d2(named);
    const toggled = (open) => {
      if (open !== named) change({ entry: open ? entry.audit_id : void 0 }, "replace");
    };
    return /* @__PURE__ */ a4("li", { class: follows ? "follows" : void 0, children: /* @__PURE__ */ a4("details", { class: "entry", open: isOpen, onToggle: (event2) => toggled(event2.currentTarget.open), children: [
      /* @__PURE__ */ a4("summary", { children: [
        /* @__PURE__ */ a4(Time, { at: entry.timestamp }),
        /* @__PURE__ */ a4(Status, { ...event }),
        /* @__PURE__ */ a4("span", { class: "entry-what", children: [
          /* @__PURE__ */ a4("strong", { children: operationName(entry.operation) }),
          entry.instance_id !== "-" && /* @__PURE__ */ a4($, { children: [
            " of ",
            entry.instance_id
          ] }),
          code !== void 0 && /* @__PURE__ */ a4("code", { class: "entry-code", children: code }),
          entry.reason !== null && /* @__PURE__ */ a4("span", { class: "under", children: [
            "“",
            entry.reason,
            "”"
          ] })
        ] }),
        /* @__PURE__ */ a4("span", { class: "entry-who", children: who(entry) })
      ] }),
      /* @__PURE__ */ a4(Whole, { entry })
    ] }) });
  }
  function codeOf(entry) {
    const result = read3(entry.result);
    if (typeof result !== "object" || result === null || Array.isArray(result)) return void 0;
    const code = result.error_code ?? result.code;
    return typeof code === "string" ? code : void 0;
  }
  function who(entry) {
    if (entry.principal !== null) return person(entry.principal);
    const identity = read3(entry.user_identity);
    const arn = typeof identity === "object" && identity !== null && "arn" in identity ? identity.arn : void 0;
    return typeof arn === "string" ? person(arn) : "see the entry";
  }
  function Whole({ entry }) {
    return /* @__PURE__ */ a4("div", { class: "entry-body", children: [
      /* @__PURE__ */ a4(
        Facts,
        {
          facts: [
            ["Person", entry.principal && /* @__PURE__ */ a4("code", { children: entry.principal })],
            ["Reason", entry.reason],
            ["Environment", entry.environment && /* @__PURE__ */ a4(Environment, { name: entry.environment })],
            ["Operation", entry.operation_id && /* @__PURE__ */ a4(ViewLink, { path: ["operations", entry.operation_id], children: entry.operation_id })],
            ["Instance", entry.account_id && entry.region && /* @__PURE__ */ a4(ViewLink, { path: ["instances", entry.account_id, entry.region, entry.instance_id], children: entry.instance_id })],
            ["Account", entry.account_id],
            ["Region", entry.region],
            ["Took", entry.duration_seconds !== null && /* @__PURE__ */ a4(Duration, { seconds: entry.duration_seconds })]
          ].filter((it) => it[1] !== false)
        }
      ),
      /* @__PURE__ */ a4(Texts, { name: "Parameters", of: entry.parameters }),
      /* @__PURE__ */ a4(Texts, { name: "Result", of: entry.result }),
      /* @__PURE__ */ a4("details", { children: [
        /* @__PURE__ */ a4("summary", { children: "Origin and hashes" }),
        /* @__PURE__ */ a4(
          Facts,
          {
            facts: [
              ["Identity", /* @__PURE__ */ a4("code", { children: entry.user_identity })],
              ["Request id", entry.request_id && /* @__PURE__ */ a4("code", { children: entry.request_id })],
              ["Address", entry.source_ip],
              ["Chain", entry.chain],
              ["Hash before", entry.prev_hash && /* @__PURE__ */ a4("code", { children: entry.prev_hash })],
              ["Hash", entry.hash && /* @__PURE__ */ a4("code", { children: entry.hash })],
              ["Kept until", entry.ttl && /* @__PURE__ */ a4(Time, { at: entry.ttl * 1e3 })]
            ]
          }
        )
      ] })
    ] });
  }
  function Texts({ name, of }) {
    const value2 = read3(of);
    if (value2 === void 0) return /* @__PURE__ */ a4(Facts, { facts: [[name, of]] });
    if (typeof value2 !== "object" || value2 === null || Array.isArray(value2)) {
      return value2 === null ? null : /* @__PURE__ */ a4(Facts, { facts: [[name, text(value2)]] });
    }
    const members = Object.entries(value2).filter(([, it]) => it !== null);
    if (members.length === 0) return null;
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("h2", { class: "minor", children: name }),
      /* @__PURE__ */ a4(Facts, { facts: members.map(([it, known]) => [label(it), /* @__PURE__ */ a4(Value, { of: known })]) })
    ] });
  }
  function read3(json) {
    try {
      return JSON.parse(json);
    } catch {
      return void 0;
    }
  }

  // src/parts/width.ts
  function useWidth(initial) {
    const element = T2(null);
    const [width, setWidth] = d2(initial);
    F2(() => {
      const { current } = element;
      if (current === null) return;
      const observer = new ResizeObserver(([entry]) => {
        const measured = Math.round(entry?.contentRect.width ?? 0);
        if (measured > 0) setWidth(measured);
      });
      observer.observe(current);
      return () => observer.disconnect();
    }, []);
    return [element, width];
  }

  // src/parts/charts.tsx
  var HEIGHT = 170;
  var LEFT = 32;
  var BOTTOM = 22;
  var TOP = 10;
  var WIDEST_BAR = 40;
  var DATE = 56;
  function StackedBars(props) {
    const { series, bars } = props;
    const [frame, width] = useWidth(720);
    const scale = ticks(Math.max(0, ...bars.map((bar) => sum(bar.values))));
    const top = scale.at(-1) ?? 1;
    const step = (width - LEFT) / Math.max(1, bars.length);
    const every = Math.max(1, Math.ceil(DATE / step));
    const y5 = (value2) => HEIGHT - BOTTOM - value2 / top * (HEIGHT - BOTTOM - TOP);
    return /* @__PURE__ */ a4(Chart, { ...props, frame, width, table: /* @__PURE__ */ a4(BarTable, { ...props }), children: [
      scale.map((value2) => /* @__PURE__ */ a4("g", { class: "grid", children: [
        /* @__PURE__ */ a4("line", { x1: LEFT, x2: width, y1: y5(value2), y2: y5(value2) }),
        /* @__PURE__ */ a4("text", { x: LEFT - 6, y: y5(value2) + 4, "text-anchor": "end", children: count(value2) })
      ] }, value2)),
      bars.map((bar, at) => /* @__PURE__ */ a4(Stack, { bar, series, x: LEFT + at * step, width: step, y: y5 }, bar.name)),
      bars.map(
        (bar, at) => (bars.length - 1 - at) % every === 0 ? /* @__PURE__ */ a4("text", { class: "axis", x: LEFT + at * step + step / 2, y: HEIGHT - 6, "text-anchor": at === bars.length - 1 && step < DATE ? "end" : "middle", dx: at === bars.length - 1 && step < DATE ? step / 2 : 0, children: short(bar.name) }, bar.name) : null
      )
    ] });
  }
  function Stack(props) {
    const { bar, series, y: y5 } = props;
    const width = Math.max(1, Math.min(WIDEST_BAR, props.width * 0.8));
    const x3 = props.x + (props.width - width) / 2;
    let below = 0;
    const words = series.map((one, at) => `${one.name} ${count(bar.values[at] ?? 0)}`).join(", ");
    return /* @__PURE__ */ a4("g", { children: [
      /* @__PURE__ */ a4("title", { children: `${bar.name}${bar.partial ? " (in part)" : ""}: ${words}` }),
      /* @__PURE__ */ a4("rect", { class: "hit", x: props.x, y: TOP, width: props.width, height: HEIGHT - BOTTOM - TOP }),
      series.map((one, at) => {
        const value2 = bar.values[at] ?? 0;
        if (value2 === 0) return null;
        const bottom = y5(below);
        below += value2;
        const height = Math.max(1, bottom - y5(below));
        return /* @__PURE__ */ a4("rect", { class: `fill-${one.tone}`, x: x3, width, y: y5(below), height }, one.name);
      })
    ] });
  }
  function BarTable({ title: title2, series, bars }) {
    return /* @__PURE__ */ a4("table", { class: "table", children: [
      /* @__PURE__ */ a4("caption", { class: "hidden", children: title2 }),
      /* @__PURE__ */ a4("thead", { children: /* @__PURE__ */ a4("tr", { children: [
        /* @__PURE__ */ a4("th", { scope: "col", children: "Day (UTC)" }),
        series.map((one) => /* @__PURE__ */ a4("th", { scope: "col", class: "number", children: one.name }, one.name))
      ] }) }),
      /* @__PURE__ */ a4("tbody", { children: bars.map((bar) => /* @__PURE__ */ a4("tr", { children: [
        /* @__PURE__ */ a4("th", { scope: "row", children: [
          bar.name,
          bar.partial && /* @__PURE__ */ a4("span", { class: "muted", children: " in part" })
        ] }),
        series.map((one, at) => /* @__PURE__ */ a4("td", { class: "number", children: count(bar.values[at] ?? 0) }, one.name))
      ] }, bar.name)) })
    ] });
  }
  function RangeBars(props) {
    const highest = Math.max(0, ...props.rows.map((row) => Math.max(row.value ?? 0, row.mark ?? 0)));
    return /* @__PURE__ */ a4("div", { class: "table-frame", role: "group", "aria-label": props.title, tabIndex: 0, children: /* @__PURE__ */ a4("table", { class: "table ranges", children: [
      /* @__PURE__ */ a4("caption", { class: "hidden", children: props.title }),
      /* @__PURE__ */ a4("thead", { children: /* @__PURE__ */ a4("tr", { children: [
        /* @__PURE__ */ a4("th", { scope: "col", children: props.head.name }),
        /* @__PURE__ */ a4("td", { class: "range" }),
        /* @__PURE__ */ a4("th", { scope: "col", class: "number", children: props.head.value }),
        /* @__PURE__ */ a4("th", { scope: "col", class: "number", children: props.head.mark })
      ] }) }),
      /* @__PURE__ */ a4("tbody", { children: props.rows.map((row) => /* @__PURE__ */ a4("tr", { children: [
        /* @__PURE__ */ a4("th", { scope: "row", children: row.name }),
        /* @__PURE__ */ a4("td", { class: "range", children: /* @__PURE__ */ a4(RangeBar, { row, highest }) }),
        /* @__PURE__ */ a4("td", { class: "number", children: props.show(row.value) }),
        /* @__PURE__ */ a4("td", { class: "number", children: props.show(row.mark) })
      ] }, row.key)) })
    ] }) });
  }
  function RangeBar({ row, highest }) {
    if (row.value === null || highest === 0) return null;
    const at = (value2) => value2 / highest * 198;
    return /* @__PURE__ */ a4("svg", { viewBox: "0 0 200 12", preserveAspectRatio: "none", "aria-hidden": "true", children: [
      /* @__PURE__ */ a4("rect", { class: "fill-accent", x: 0, y: 2, height: 8, width: Math.max(1, at(row.value)) }),
      row.mark !== null && /* @__PURE__ */ a4("rect", { class: "mark", x: at(row.mark), y: 0, width: 2, height: 12 })
    ] });
  }
  function Chart(props) {
    const id = P2();
    const partial = props.bars.filter((bar) => bar.partial).map((bar) => bar.name);
    return /* @__PURE__ */ a4("figure", { class: "chart", children: [
      /* @__PURE__ */ a4(Legend, { series: props.series }),
      /* @__PURE__ */ a4("div", { class: "chart-frame", ref: props.frame, children: /* @__PURE__ */ a4("svg", { viewBox: `0 0 ${props.width} ${HEIGHT}`, height: HEIGHT, role: "img", "aria-labelledby": `${id}-title ${id}-about`, children: [
        /* @__PURE__ */ a4("title", { id: `${id}-title`, children: props.title }),
        /* @__PURE__ */ a4("desc", { id: `${id}-about`, children: props.about }),
        props.children
      ] }) }),
      partial.length > 0 && /* @__PURE__ */ a4("p", { class: "muted", children: [
        "Only a part of ",
        partial.join(" and "),
        " is in the period."
      ] }),
      /* @__PURE__ */ a4("details", { children: [
        /* @__PURE__ */ a4("summary", { children: "The same as a table" }),
        /* @__PURE__ */ a4("div", { class: "table-frame", role: "group", "aria-label": `${props.title}, as a table`, tabIndex: 0, children: props.table })
      ] })
    ] });
  }
  function Legend({ series }) {
    return /* @__PURE__ */ a4("ul", { class: "legend", "aria-hidden": "true", children: series.map((one) => /* @__PURE__ */ a4("li", { children: [
      /* @__PURE__ */ a4("svg", { viewBox: "0 0 10 10", width: "10", height: "10", children: /* @__PURE__ */ a4("rect", { class: `fill-${one.tone}`, width: "10", height: "10", rx: "2" }) }),
      one.name
    ] }, one.name)) });
  }
  function inWords(series, bars, one) {
    const totals = series.map((it, at) => `${it.name}: ${counted(sum(bars.map((bar) => bar.values[at] ?? 0)), one)}`);
    return `${totals.join("; ")}. The figures of each day are in the table below.`;
  }
  function short(name) {
    return /^\d{4}-\d\d-\d\d$/.test(name) ? name.slice(5) : name;
  }
  function sum(values) {
    return values.reduce((total, value2) => total + value2, 0);
  }

  // src/views/figures.tsx
  var CHOICES = [7, 31, 90];
  function FiguresView() {
    title(`Figures – ${serviceName.value}`);
    const period = figuresPeriod(route.value.parameters, now.peek().getTime());
    const key = path("metrics/summary", period);
    const summary = useResource(key, (signal2) => client.ask(key, { signal: signal2 }));
    return /* @__PURE__ */ a4("article", { class: "page figures", children: [
      /* @__PURE__ */ a4("h1", { children: "Figures" }),
      /* @__PURE__ */ a4("div", { class: "toolbar", children: [
        /* @__PURE__ */ a4(LastDays, { choices: CHOICES, usual: lastDays(31, now.peek().getTime()) }),
        /* @__PURE__ */ a4(MoreFilters, { words: "Another period", children: /* @__PURE__ */ a4(Period, {}) })
      ] }),
      /* @__PURE__ */ a4(Data, { of: summary, what: "the figures", children: (it) => /* @__PURE__ */ a4(Shown, { summary: it }) }, key)
    ] });
  }
  function Shown({ summary }) {
    const { overall, period } = summary;
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("p", { class: "muted", children: [
        /* @__PURE__ */ a4(Time, { at: period.from }),
        " to ",
        /* @__PURE__ */ a4(Time, { at: period.to }),
        ". Days are those of UTC."
      ] }),
      /* @__PURE__ */ a4(Kept, { summary }),
      overall.requests === 0 ? /* @__PURE__ */ a4(Empty, { title: "Nobody asked for an operation in this period.", children: "Choose a longer one." }) : /* @__PURE__ */ a4($, { children: [
        /* @__PURE__ */ a4(Highlights, { summary }),
        /* @__PURE__ */ a4(OverTime, { days: summary.days }),
        /* @__PURE__ */ a4(Durations, { kpis: summary.by_operation }),
        /* @__PURE__ */ a4(Blocks, { overall, days: summary.days }),
        /* @__PURE__ */ a4(Section, { title: "By operation", children: /* @__PURE__ */ a4(Table, { caption: "By operation", columns: BY_OPERATION, rows: summary.by_operation, keyOf: (it) => it.operation }) }),
        /* @__PURE__ */ a4(Section, { title: "By environment", children: /* @__PURE__ */ a4(Table, { caption: "By environment", columns: BY_ENVIRONMENT, rows: summary.by_environment, keyOf: (it) => it.environment ?? "" }) })
      ] }),
      /* @__PURE__ */ a4(Complete, { summary })
    ] });
  }
  function Kept({ summary: { period, undated_entries: undated } }) {
    const asked = period.asked.from;
    const isCut = asked !== null && Date.parse(asked) < Date.parse(period.kept_from);
    return /* @__PURE__ */ a4($, { children: [
      isCut && /* @__PURE__ */ a4(Notice, { tone: "warn", title: "A part of this period is not kept. ", children: [
        "Entries from before ",
        /* @__PURE__ */ a4(Time, { at: period.kept_from }),
        " have been deleted. They are missing in the figures."
      ] }),
      undated > 0 && /* @__PURE__ */ a4(Notice, { tone: "warn", title: `${counted(undated, "entry", "entries")} without a date. `, children: "They are in the sums and in no day." })
    ] });
  }
  function Figure(props) {
    return /* @__PURE__ */ a4("div", { class: "figure", children: [
      /* @__PURE__ */ a4("dt", { children: props.name }),
      /* @__PURE__ */ a4("dd", { children: [
        /* @__PURE__ */ a4("span", { class: props.value === NO_DATA ? "figure-value none" : "figure-value", children: props.value }),
        /* @__PURE__ */ a4("span", { class: "muted", children: props.about })
      ] })
    ] });
  }
  function Highlights({ summary: { overall, operations_per: per } }) {
    const { duration_seconds: took, late: late2 } = overall;
    const lateWords = late2.succeeded > 0 ? `, ${count(late2.succeeded)} of them done late` : "";
    return /* @__PURE__ */ a4("dl", { class: "highlights", children: [
      /* @__PURE__ */ a4(
        Figure,
        {
          name: "Operations",
          value: count(overall.operations),
          about: per.day === null ? `by ${counted(overall.active_users, "person", "persons")}` : `${mean(per.day)} a day, by ${counted(overall.active_users, "person", "persons")}`
        }
      ),
      /* @__PURE__ */ a4(
        Figure,
        {
          name: "Done in time",
          value: percent(overall.success_rate),
          about: `${count(overall.succeeded)} of ${count(overall.finished)} that were sent to RDS and ended or timed out`
        }
      ),
      /* @__PURE__ */ a4(
        Figure,
        {
          name: "Failed",
          value: count(overall.failed),
          about: overall.failed === 0 ? "none" : "or not verified"
        }
      ),
      /* @__PURE__ */ a4(
        Figure,
        {
          name: "Timed out",
          value: count(overall.timed_out),
          about: `${percent(overall.timeout_rate)}${lateWords}`
        }
      ),
      /* @__PURE__ */ a4(
        Figure,
        {
          name: "95 % took at most",
          value: took.p95 === null ? NO_DATA : duration(took.p95),
          about: took.mean === null ? "nothing was measured" : `${duration(took.mean)} on average, ${counted(took.measured, "operation")}`
        }
      ),
      /* @__PURE__ */ a4(
        Figure,
        {
          name: "Blocked: production",
          value: count(overall.production_blocks),
          about: `${percent(overall.production_block_rate)} of ${counted(overall.requests, "request")}, previews included`
        }
      )
    ] });
  }
  var ENDS = [
    { name: "Done in time", tone: "good" },
    { name: "Failed", tone: "bad" },
    { name: "Timed out", tone: "warn" },
    { name: "Cancelled", tone: "quiet" }
  ];
  function OverTime({ days }) {
    const bars = days.map((day) => ({
      name: day.name,
      values: [day.succeeded, day.failed, day.timed_out, day.cancelled],
      partial: day.partial
    }));
    const heading2 = "Operations and how they ended, by day";
    return /* @__PURE__ */ a4(Section, { title: heading2, children: /* @__PURE__ */ a4(StackedBars, { title: heading2, about: inWords(ENDS, bars, "operation"), series: ENDS, bars }) });
  }
  function Durations({ kpis }) {
    const measured = kpis.filter((it) => it.duration_seconds.measured > 0);
    if (measured.length === 0) return null;
    return /* @__PURE__ */ a4(Section, { title: "How long operations took", children: [
      /* @__PURE__ */ a4("p", { class: "muted", children: "The bar is the mean; the mark is what 95 % took at most. Operations that timed out count with their timeout." }),
      /* @__PURE__ */ a4(
        RangeBars,
        {
          title: "Durations by operation",
          head: { name: "Operation", value: "Mean", mark: "95 %" },
          show: seconds,
          rows: measured.map((it) => ({
            key: it.operation,
            name: operationName(it.operation),
            value: it.duration_seconds.mean,
            mark: it.duration_seconds.p95
          }))
        }
      )
    ] });
  }
  var BLOCKS = [{ name: "Blocked: production", tone: "bad" }];
  function Blocks({ overall, days }) {
    const rows = [
      ...coded("Missing permission", overall.permission_denials.by_code),
      ...coded("Not accepted", overall.refusals.by_code)
    ];
    const bars = days.map((day) => ({ name: day.name, values: [day.production_blocks], partial: day.partial }));
    return /* @__PURE__ */ a4(Section, { title: "What was not let through", children: [
      overall.production_blocks > 0 ? /* @__PURE__ */ a4(
        StackedBars,
        {
          title: "Requests that were blocked because of production, by day",
          about: inWords(BLOCKS, bars, "request"),
          series: BLOCKS,
          bars
        }
      ) : /* @__PURE__ */ a4("p", { class: "muted", children: "Nothing was blocked because of production." }),
      rows.length > 0 && /* @__PURE__ */ a4(Table, { caption: "Denied and not accepted, by code", columns: CODES, rows, keyOf: ([kind, code]) => kind + code })
    ] });
  }
  function coded(kind, codes) {
    return Object.entries(codes).sort(([, one], [, other]) => other - one).map(([code, number]) => [kind, code, number]);
  }
  var CODES = [
    { key: "code", head: "Code", cell: ([, code]) => /* @__PURE__ */ a4("code", { children: code }) },
    { key: "kind", head: "Why", cell: ([kind]) => kind },
    { key: "count", head: "Requests", numeric: true, cell: ([, , number]) => count(number) }
  ];
  function columns2(head, name) {
    return [
      { key: "name", head, cell: name },
      { key: "requests", head: "Requests", numeric: true, room: "medium", cell: (it) => count(it.requests) },
      { key: "operations", head: "Operations", numeric: true, cell: (it) => count(it.operations) },
      { key: "success", head: "Done in time", numeric: true, cell: (it) => /* @__PURE__ */ a4(Share, { of: it.success_rate }) },
      { key: "failed", head: "Failed", numeric: true, room: "medium", cell: (it) => count(it.failed) },
      { key: "timeout", head: "Timed out", numeric: true, room: "medium", cell: (it) => count(it.timed_out) },
      { key: "mean", head: "Mean", numeric: true, room: "wide", cell: (it) => seconds(it.duration_seconds.mean) },
      { key: "p95", head: "95 %", numeric: true, room: "medium", cell: (it) => seconds(it.duration_seconds.p95) },
      { key: "blocked", head: "Blocked", numeric: true, room: "wide", cell: (it) => count(it.production_blocks) },
      { key: "denied", head: "Denied", numeric: true, room: "wide", cell: (it) => count(it.permission_denials.count) }
    ];
  }
  var BY_OPERATION = columns2("Operation", (it) => operationName(it.operation));
  var BY_ENVIRONMENT = columns2(
    "Environment",
    (it) => it.environment === null ? /* @__PURE__ */ a4("span", { class: "muted", children: "not looked up" }) : /* @__PURE__ */ a4(Environment, { name: it.environment })
  );
  function Share({ of }) {
    return /* @__PURE__ */ a4("span", { class: of === null ? "muted" : void 0, children: percent(of) });
  }
  function seconds(value2) {
    return value2 === null ? NO_DATA : duration(value2);
  }
  function Complete({ summary }) {
    const { rate, operations, complete, missing, owed, not_judged: open, without_record: unknown } = summary.audit_completeness;
    const lost = missing.accepted + missing.outcome + missing.late_outcome;
    return /* @__PURE__ */ a4(Section, { title: "Completeness of the audit trail", children: [
      /* @__PURE__ */ a4("p", { children: [
        rate === null ? "No operation of this period can be judged yet. " : /* @__PURE__ */ a4($, { children: [
          /* @__PURE__ */ a4("strong", { children: percent(rate) }),
          ": ",
          count(complete),
          " of ",
          counted(operations, "operation"),
          " are on the trail from their beginning to their end.",
          " "
        ] }),
        open > 0 && `${counted(open, "operation")} may still be running, or ended only just now.`
      ] }),
      lost + owed + unknown > 0 && /* @__PURE__ */ a4(Notice, { tone: "bad", title: "The trail lacks something. ", children: [
        counted(lost, "entry", "entries"),
        " missing, ",
        count(owed),
        " still to be written,",
        " ",
        counted(unknown, "operation"),
        " on the trail without a record. Tell the operators of this service."
      ] })
    ] });
  }

  // src/views/help.tsx
  function HelpView() {
    title(`Help – ${serviceName.value}`);
    return /* @__PURE__ */ a4("article", { class: "page narrow", children: [
      /* @__PURE__ */ a4("h1", { children: "Help" }),
      /* @__PURE__ */ a4(Section, { title: "What it does", children: /* @__PURE__ */ a4("p", { children: "Routine Amazon RDS work on databases that are not production: choose an instance, fill in the form, look at the preview, send. Production is blocked, and the page of an instance says why it counts as production. Every attempt is on the audit trail with your name." }) }),
      /* @__PURE__ */ a4(Section, { title: "What “done” means", children: /* @__PURE__ */ a4("p", { children: "An operation is done when RDS shows evidence of it: the snapshot is available, the restart is in RDS's events, the described value is the requested one. Until then it is in progress, whether or not this page is open. An operation over its deadline is monitored further." }) }),
      /* @__PURE__ */ a4(Section, { title: "Colours and shapes", children: /* @__PURE__ */ a4("ul", { class: "related", children: [
        /* @__PURE__ */ a4("li", { children: /* @__PURE__ */ a4(Status, { tone: "good", word: "fine, or done" }) }),
        /* @__PURE__ */ a4("li", { children: /* @__PURE__ */ a4(Status, { tone: "busy", word: "something is under way" }) }),
        /* @__PURE__ */ a4("li", { children: /* @__PURE__ */ a4(Status, { tone: "warn", word: "look at it" }) }),
        /* @__PURE__ */ a4("li", { children: /* @__PURE__ */ a4(Status, { tone: "bad", word: "failed, denied, or interrupts users" }) }),
        /* @__PURE__ */ a4("li", { children: /* @__PURE__ */ a4(Status, { tone: "quiet", word: "neither: waiting, cancelled, stopped" }) })
      ] }) }),
      /* @__PURE__ */ a4(Section, { title: "The views", children: [
        /* @__PURE__ */ a4("dl", { class: "facts long", children: VIEWS.map(([name, what]) => /* @__PURE__ */ a4("div", { children: [
          /* @__PURE__ */ a4("dt", { children: name }),
          /* @__PURE__ */ a4("dd", { children: what })
        ] }, name)) }),
        /* @__PURE__ */ a4("p", { children: "The address holds the filters, the search and the page: send it to a colleague, and they see the same. Times name their zone; the button at the top changes it, and the other zone is in the tooltip." })
      ] }),
      /* @__PURE__ */ a4(Section, { title: "What can be taken back", children: /* @__PURE__ */ a4("p", { children: "An operation that waits for its time or for its turn can be cancelled. After RDS was asked, nobody can: RDS has no way to take back what it has begun. Closing the page stops nothing." }) }),
      /* @__PURE__ */ a4(Section, { title: "Keys", children: /* @__PURE__ */ a4("dl", { class: "facts", children: KEYS.map(([key, what]) => /* @__PURE__ */ a4("div", { children: [
        /* @__PURE__ */ a4("dt", { children: /* @__PURE__ */ a4("kbd", { children: key }) }),
        /* @__PURE__ */ a4("dd", { children: what })
      ] }, key)) }) })
    ] });
  }
  var VIEWS = [
    ["Instances", "Databases by name, environment and status, with what runs on each now. A press on a row opens it beside the list."],
    ["Inventory", "Which accounts and Regions the service reads its instances from, when, and what keeps it from one. The line above the list of instances leads to it."],
    ["Operations", "What was asked for and what came of it. A list that is open keeps its rows in place; new ones wait until you ask for them."],
    ["Audit", "Every attempt with its person, reason and result, also what was blocked. The export as CSV is an entry of the trail itself."],
    ["Figures", "Operations, success, durations and blocks over a period. A share of nothing is “no data”."]
  ];
  var KEYS = [
    ["/", "to the search"],
    ["↑ ↓", "between the rows of a table or the entries of the trail"],
    ["Home End", "to the first and the last row"],
    ["Enter", "opens a row"],
    ["Esc", "closes the panel beside a list, and clears the search"],
    ["?", "this page"]
  ];

  // src/views/inventory.tsx
  var FEW = 200;
  function InventoryView() {
    title(`Inventory – ${serviceName.value}`);
    const status = useInventory();
    return /* @__PURE__ */ a4("article", { class: "page inventory", children: [
      /* @__PURE__ */ a4("p", { class: "crumb", children: /* @__PURE__ */ a4(ViewLink, { path: ["instances"], children: "Instances" }) }),
      /* @__PURE__ */ a4("h1", { children: "Inventory" }),
      /* @__PURE__ */ a4(Data, { of: status, what: "the inventory", children: (it) => it.discovery ? /* @__PURE__ */ a4(Discovered, { status: it }) : /* @__PURE__ */ a4(Off, {}) }),
      /* @__PURE__ */ a4("p", { class: "muted foot", children: /* @__PURE__ */ a4(Age, { of: status }) })
    ] });
  }
  function Off() {
    return /* @__PURE__ */ a4(Empty, { title: "Discovery is off.", children: /* @__PURE__ */ a4(Configure, {}) });
  }
  function Discovered({ status }) {
    const { state, q: q2, all } = route.value.parameters;
    const found = listed(status.scopes, { state, q: q2 });
    const rows = all === void 0 ? found.slice(0, FEW) : found;
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(Summary, { status }),
      /* @__PURE__ */ a4("div", { children: [
        /* @__PURE__ */ a4(ScopeViews, { scopes: status.scopes }),
        /* @__PURE__ */ a4("div", { class: "toolbar", children: [
          /* @__PURE__ */ a4(Search, { label: "Search accounts and Regions", placeholder: "Account or Region, e.g. eu-central-1" }),
          /* @__PURE__ */ a4(CopyProblems, { scopes: found })
        ] }),
        found.length === 0 ? /* @__PURE__ */ a4(Empty, { title: "No account and Region matches.", children: "Take the search away, or choose another view." }) : /* @__PURE__ */ a4(Table, { caption: "Accounts and Regions", columns: columnsFor(rows), rows, keyOf: placeOf2 }),
        rows.length < found.length && /* @__PURE__ */ a4("p", { class: "foot", children: /* @__PURE__ */ a4("button", { type: "button", onClick: () => change({ all: "yes" }), children: [
          "Show all ",
          counted(found.length, SCOPE, SCOPES)
        ] }) })
      ] })
    ] });
  }
  function Summary({ status }) {
    const read4 = reading(status, now.value.getTime());
    const worry = concern(read4);
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("p", { children: [
        "Discovery reads ",
        counted(read4.scopes, SCOPE, SCOPES),
        " from RDS every ",
        minutes(status.every_minutes),
        ".",
        " ",
        read4.at !== void 0 && /* @__PURE__ */ a4($, { children: [
          read4.complete === read4.scopes ? "All" : read4.complete,
          " of them are read, the oldest",
          " ",
          /* @__PURE__ */ a4(Time, { at: read4.at, surface: "age" }),
          ". The last complete runs saw ",
          counted(status.instances, "instance"),
          ".",
          " "
        ] }),
        "An operation is refused on an instance that was not seen for ",
        minutes(status.refuse_after_minutes),
        "."
      ] }),
      read4.never === read4.scopes && /* @__PURE__ */ a4(Notice, { tone: "quiet", title: "The first run has not come yet. ", children: [
        "Operators read the inventory at once with ",
        /* @__PURE__ */ a4("code", { children: "rds-ops inventory sync" }),
        "."
      ] }),
      /* @__PURE__ */ a4(Accounts, { of: status.accounts }),
      worry !== void 0 && /* @__PURE__ */ a4(Notice, { tone: "warn", title: `${worry[0]?.toUpperCase()}${worry.slice(1)}. `, children: read4.unread > 0 ? "Their instances stay in the list as they were seen last." : "Operators read the inventory at once with rds-ops inventory sync, and check what starts the runs." })
    ] });
  }
  function Accounts({ of: { problem: problem2 } }) {
    if (problem2 === void 0) return null;
    return /* @__PURE__ */ a4(Notice, { tone: "warn", title: `${problem2.error} `, children: [
      /* @__PURE__ */ a4("p", { children: /* @__PURE__ */ a4(Prose, { of: problem2.guidance }) }),
      /* @__PURE__ */ a4("p", { class: "muted", children: [
        /* @__PURE__ */ a4("code", { children: problem2.code }),
        problem2.denied_action !== void 0 && /* @__PURE__ */ a4($, { children: [
          " ",
          problem2.denied_action
        ] }),
        ", since ",
        /* @__PURE__ */ a4(Time, { at: problem2.since }),
        "."
      ] })
    ] });
  }
  function ScopeViews({ scopes: scopes2 }) {
    const { state, q: q2 } = route.value.parameters;
    const views = [
      ["All", void 0],
      ["Can't be read", "unread"],
      ["Not read yet", "never"],
      ["Read", "complete"],
      ["With conflicts", "conflicts"]
    ];
    return /* @__PURE__ */ a4("nav", { class: "views", "aria-label": "Views of the inventory", children: views.map(([words, name]) => /* @__PURE__ */ a4("a", { href: format(["inventory"], { state: name, q: q2 }), "aria-current": state === name ? "true" : void 0, children: [
      words,
      " ",
      /* @__PURE__ */ a4("span", { class: "number", children: count(listed(scopes2, { state: name }).length) })
    ] }, words)) });
  }
  function CopyProblems({ scopes: scopes2 }) {
    const problems2 = scopes2.filter((it) => it.problem !== void 0);
    if (problems2.length < 2) return null;
    return /* @__PURE__ */ a4(Copy, { text: problemText(problems2), children: [
      "Copy ",
      counted(problems2.length, "problem")
    ] });
  }
  var placeOf2 = (it) => `${it.account_id}/${it.region}`;
  function Problem({ scope }) {
    const { problem: problem2 } = scope;
    if (problem2 === void 0) return null;
    return /* @__PURE__ */ a4("div", { class: "scope-problem", children: [
      /* @__PURE__ */ a4("p", { children: [
        /* @__PURE__ */ a4(Prose, { of: problem2.error }),
        " ",
        /* @__PURE__ */ a4("code", { children: problem2.code })
      ] }),
      problem2.denied_action !== void 0 && /* @__PURE__ */ a4("p", { children: [
        "Refused action: ",
        /* @__PURE__ */ a4("code", { children: problem2.denied_action })
      ] }),
      /* @__PURE__ */ a4("p", { class: "muted", children: /* @__PURE__ */ a4(Prose, { of: problem2.guidance }) }),
      /* @__PURE__ */ a4("p", { class: "actions muted", children: [
        /* @__PURE__ */ a4("span", { children: [
          "Since ",
          /* @__PURE__ */ a4(Time, { at: problem2.since, surface: "age" })
        ] }),
        /* @__PURE__ */ a4(Copy, { text: problemText([scope]), children: "Copy the problem" })
      ] })
    ] });
  }
  var COLUMNS = [
    {
      key: "account",
      head: "Account",
      cell: (it) => /* @__PURE__ */ a4($, { children: [
        /* @__PURE__ */ a4(ViewLink, { path: ["instances"], parameters: { account_id: it.account_id, region: it.region }, class: "name number", children: it.account_id }),
        /* @__PURE__ */ a4("span", { class: "narrow-only", children: it.region })
      ] })
    },
    { key: "region", head: "Region", room: "medium", cell: (it) => /* @__PURE__ */ a4("span", { class: "name", children: it.region }) },
    {
      key: "state",
      head: "State",
      cell: (it) => /* @__PURE__ */ a4($, { children: [
        /* @__PURE__ */ a4(Status, { ...scopeState(it.state) }),
        /* @__PURE__ */ a4("span", { class: "narrow-only", children: /* @__PURE__ */ a4(Read, { at: it.completed_at }) }),
        it.completed_at !== null && /* @__PURE__ */ a4("span", { class: "narrow-only muted", children: [
          counted(it.instances, "instance"),
          it.conflicts > 0 && `, ${counted(it.conflicts, "conflict")}`
        ] })
      ] })
    },
    { key: "read", head: "Read", room: "medium", cell: (it) => /* @__PURE__ */ a4(Read, { at: it.completed_at }) },
    { key: "instances", head: "Instances", numeric: true, room: "medium", cell: (it) => figure(it, it.instances) },
    {
      key: "conflicts",
      head: "Conflicts",
      numeric: true,
      room: "medium",
      cell: (it) => /* @__PURE__ */ a4("span", { class: it.conflicts > 0 ? void 0 : "muted", children: figure(it, it.conflicts) })
    },
    { key: "problem", head: "Problem", cell: (it) => /* @__PURE__ */ a4(Problem, { scope: it }) }
  ];
  function columnsFor(rows) {
    const hasProblem = rows.some((it) => it.problem !== void 0);
    return COLUMNS.filter((column) => column.key !== "problem" || hasProblem);
  }
  function figure({ completed_at: at }, number) {
    return at === null ? /* @__PURE__ */ a4("span", { class: "muted", children: "–" }) : count(number);
  }
  function Read({ at }) {
    return at === null ? /* @__PURE__ */ a4("span", { class: "muted", children: "never" }) : /* @__PURE__ */ a4(Time, { at, surface: "age" });
  }

  // src/api/follow.ts
  var WAIT = 20;
  var PAUSE2 = 1e3;
  var FAR = 12e4;
  var RARELY = 6e4;
  var ENDED = /* @__PURE__ */ new Set([
    "available",
    "failed",
    "unverified",
    "cancelled",
    "denied",
    "rejected"
  ]);
  function hasEnded(operation) {
    return ENDED.has(operation.status);
  }
  function nextRequest(operation, now2) {
    if (hasEnded(operation)) return void 0;
    const isFar = operation.status === "scheduled" && Date.parse(operation.start?.from ?? "") - now2 > FAR;
    if (isFar || operation.status === "timeout") return { waits: false, pause: RARELY };
    return { waits: true, pause: PAUSE2 };
  }
  function useOperation(client2, id) {
    const follower = w2(() => new Follower(client2, id), [client2, id]);
    A2(() => follower.start(), [follower]);
    return follower;
  }
  var Follower = class {
    constructor(client2, id) {
      this.client = client2;
      this.id = id;
    }
    client;
    id;
    state = y3(NOTHING);
    abort;
    timer;
    failures = 0;
    running = false;
    /** Whether it goes on while the page is hidden, as a notification needs. */
    inBackground = false;
    start() {
      this.running = true;
      const shown2 = () => {
        if (!document.hidden) this.wake();
        else if (!this.inBackground) this.pause();
      };
      const online = () => this.wake();
      document.addEventListener("visibilitychange", shown2);
      addEventListener("online", online);
      void this.ask(false);
      return () => {
        this.running = false;
        document.removeEventListener("visibilitychange", shown2);
        removeEventListener("online", online);
        this.pause();
      };
    }
    get staysFresh() {
      const { data } = this.state.value;
      return data !== void 0 && nextRequest(data, Date.now())?.waits === true;
    }
    /** Asks at once. */
    refresh() {
      this.pause();
      if (this.running) void this.ask(false);
    }
    /** Asks at once where something may have changed. */
    wake() {
      const { data } = this.state.peek();
      if (data === void 0 || !hasEnded(data)) this.refresh();
    }
    pause() {
      clearTimeout(this.timer);
      this.abort?.abort();
    }
    async ask(waits2) {
      const abort = new AbortController();
      this.abort = abort;
      try {
        const headers = waits2 ? { prefer: `wait=${WAIT}` } : {};
        const path2 = `operations/${encodeURIComponent(this.id)}`;
        const data = await this.client.ask(path2, { headers, signal: abort.signal });
        if (abort.signal.aborted) return;
        this.failures = 0;
        this.state.value = { data, at: Date.now(), error: void 0, loading: false, retryAt: void 0 };
        const next = nextRequest(data, Date.now());
        if (next !== void 0) this.later(next.pause, next.waits);
      } catch (error) {
        if (!abort.signal.aborted && !isAbort(error)) this.failed(error);
      }
    }
    failed(error) {
      this.failures += 1;
      const pause = backoff(this.failures - 1);
      const retryAt = mayRetry(error) ? Date.now() + pause : void 0;
      this.state.value = { ...this.state.peek(), error, loading: false, retryAt };
      if (retryAt !== void 0) this.later(pause, false);
    }
    later(milliseconds, waits2) {
      if (!this.running || document.hidden && !this.inBackground) return;
      this.timer = setTimeout(() => void this.ask(waits2), milliseconds);
    }
  };

  // src/lib/notify.ts
  function permission() {
    if (typeof Notification === "undefined") return "unsupported";
    return Notification.permission === "default" ? "ask" : Notification.permission;
  }
  async function askPermission() {
    if (permission() === "ask") await Notification.requestPermission();
    return permission();
  }
  function notify(id, title2, body) {
    if (permission() !== "granted" || !document.hidden) return;
    const shown2 = new Notification(title2, { body, tag: `rds-ops.${id}` });
    shown2.onclick = () => {
      focus();
      shown2.close();
    };
  }

  // src/lib/next-step.ts
  function nextSteps(operation) {
    if (operation.success === true) return afterSuccess(operation);
    if (operation.success === void 0 || operation.status === "timeout") return [];
    const code = operation.error_code ?? operation.code ?? "";
    const steps = STEPS[code]?.(operation) ?? byRetry(operation);
    return steps.filter((step, at) => steps.findIndex((one) => one.href === step.href) === at);
  }
  function runAgain(operation, words = "Run again") {
    return form(operation, operation.operation, words, operation.parameters);
  }
  function afterSuccess(operation) {
    if (operation["reboot_required"] !== true) return [];
    return [form(operation, "reboot_instance", "Reboot the instance")];
  }
  function byRetry(operation) {
    switch (operation.retry) {
      case "later":
        return [runAgain(operation)];
      case "after_change":
        return [instance(operation, "See what is possible now"), runAgain(operation)];
      case "check_first":
        return [instance(operation, "Look at the instance"), trail(operation)];
      default:
        return [instance(operation, "Look at the instance")];
    }
  }
  var STEPS = {
    windows_overlap: freeWindows,
    SnapshotQuotaExceeded: deleteSnapshot,
    snapshot_quota_used_up: deleteSnapshot,
    snapshot_name_taken: otherName,
    DBSnapshotAlreadyExists: otherName,
    DBClusterSnapshotAlreadyExistsFault: otherName,
    cluster_snapshot_name_too_long: otherName,
    snapshot_not_found: otherName,
    parameter_group_not_found: (it) => [without(it, "parameter_group", "Choose another group")],
    parameter_group_family_differs: (it) => [without(it, "parameter_group", "Choose another group")],
    class_not_orderable: otherClass,
    class_not_allowed: otherClass,
    InsufficientDBInstanceCapacity: (it) => [runAgain(it), ...otherClass(it)],
    snapshot_is_newest: (it) => [
      form(it, "create_snapshot", "Take a new snapshot first"),
      instance(it, "Look at the instance")
    ],
    instance_busy: (it) => running(it),
    missed_start: (it) => [runAgain(it), instance(it, "Look at the instance")],
    started_meanwhile: (it) => [runAgain(it), trail(it)],
    stopped_meanwhile: (it) => [runAgain(it), trail(it)]
  };
  function freeWindows(operation) {
    const name = operation.operation === "modify_maintenance_window" ? "maintenance_window" : "backup_window";
    const free = operation[`free_${name}s`];
    if (!Array.isArray(free)) return [runAgain(operation)];
    return free.map((window2) => {
      const parameters2 = { ...operation.parameters, [name]: window2 };
      return form(operation, operation.operation, `Use ${String(window2)} UTC`, parameters2);
    });
  }
  function deleteSnapshot(operation) {
    return [form(operation, "delete_snapshot", "Delete a snapshot"), runAgain(operation)];
  }
  function otherName(operation) {
    return [without(operation, "snapshot_id", "Give another name")];
  }
  function otherClass(operation) {
    const name = "instance_class";
    if (operation.operation !== "modify_instance_class") return [];
    return [without(operation, name, "Choose another class")];
  }
  function running(operation) {
    const id = operation["running_operation_id"] ?? operation.progress?.running_operation_id;
    if (typeof id !== "string") return [runAgain(operation)];
    return [{ words: "Watch what runs", href: format(["operations", id]) }, runAgain(operation)];
  }
  function without(operation, name, words) {
    const { [name]: _4, ...others } = operation.parameters ?? {};
    return form(operation, operation.operation, words, others);
  }
  function instance(operation, words) {
    const { account_id, region, instance_id } = operation;
    return { words, href: format(["instances", account_id, region, instance_id]) };
  }
  function trail(operation) {
    return {
      words: "Look at the audit trail",
      href: format(["audit"], { instance_id: operation.instance_id })
    };
  }
  function form(operation, name, words, parameters2 = {}) {
    const { account_id, region, instance_id } = operation;
    const path2 = ["instances", account_id, region, instance_id, "run", name];
    return { words, href: format(path2, typed(parameters2)) };
  }
  function typed(parameters2) {
    const fields = Object.entries(parameters2).map(([name, value2]) => [name, typedValue(value2)]);
    return Object.fromEntries(fields.filter(([, text2]) => text2 !== ""));
  }
  function typedValue(value2) {
    if (value2 === null) return "";
    if (!Array.isArray(value2)) return typeof value2 === "object" ? JSON.stringify(value2) : String(value2);
    const line = (item) => {
      if (item === null || typeof item !== "object" || Array.isArray(item)) return String(item);
      return `${String(item["Key"])}=${String(item["Value"])}`;
    };
    return value2.map(line).join("\n");
  }

  // src/lib/phases.ts
  function phasesOf(history2, ended, now2) {
    return history2.map((change2, at) => {
      const isLast = at === history2.length - 1;
      const next = history2[at + 1];
      const end = next !== void 0 ? Date.parse(next.at) : ended ? void 0 : now2;
      const seconds2 = end === void 0 ? void 0 : Math.max(0, (end - Date.parse(change2.at)) / 1e3);
      return { ...change2, seconds: seconds2, isLast, isPresent: isLast && !ended };
    });
  }

  // src/parts/timeline.tsx
  function Timeline({ operation, ended }) {
    const phases = phasesOf(operation.history ?? [], ended, now.value.getTime());
    if (phases.length === 0) return null;
    return /* @__PURE__ */ a4(Section, { title: "Timeline", children: /* @__PURE__ */ a4("ol", { class: "timeline", children: phases.map((phase) => {
      const { word, tone } = operationStatus(phase.status, phase.isLast ? operation.success : void 0);
      return /* @__PURE__ */ a4("li", { class: `tone-${tone}`, "aria-current": phase.isPresent ? "step" : void 0, children: [
        /* @__PURE__ */ a4("span", { class: "timeline-word", children: word }),
        /* @__PURE__ */ a4(Time, { at: phase.at }),
        /* @__PURE__ */ a4("span", { class: "muted", children: [
          ABOUT2[phase.status],
          phase.seconds !== void 0 && phase.seconds >= 0.05 && /* @__PURE__ */ a4("span", { class: "timeline-took", children: [
            " ",
            phase.isPresent ? "For" : "Took",
            " ",
            duration(phase.seconds),
            "."
          ] })
        ] })
      ] }, phase.at + phase.status);
    }) }) });
  }
  var ABOUT2 = {
    scheduled: "It waits for its time.",
    accepted: "It waits to be sent to RDS.",
    submitting: "The request goes to RDS.",
    unresolved: "RDS's answer was lost; the service finds out what happened.",
    in_progress: "RDS has accepted it; the service polls for the evidence.",
    timeout: "The deadline is over; the service keeps monitoring it for 24 hours.",
    available: "RDS shows the evidence.",
    unverified: "No evidence was found either way.",
    cancelled: "RDS was not asked.",
    denied: "It was stopped before RDS was asked."
  };

  // src/lib/quote.ts
  function curl(base2, request) {
    const address = quote(new URL("operations", base2).href);
    const body = quote(JSON.stringify(request));
    return `curl -s ${address} \\
  -H 'content-type: application/json' \\
  -d ${body}`;
  }
  function command(request) {
    const words = ["rds-ops", "run", request.operation, quote(request.instance_id)];
    const option = (name, value2) => {
      if (value2 !== void 0) words.push(`--${name}`, quote(value2));
    };
    for (const [name, value2] of Object.entries(request.parameters)) {
      words.push("--param", quote(`${name}=${parameter(value2)}`));
    }
    option("account", request.account_id);
    option("region", request.region);
    option("reason", request.reason);
    option("start-at", request.start?.at);
    if (request.if_busy === "queue") words.push("--queue");
    return words.join(" ");
  }
  function quote(text2) {
    if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text2)) return text2;
    return `'${text2.replaceAll("'", "'\\''")}'`;
  }
  function parameter(value2) {
    return typeof value2 === "string" ? value2 : JSON.stringify(value2);
  }

  // src/views/operation-asked.tsx
  function Asked({ operation, ended }) {
    const { operation_id: id, classification, progress, requested_by: principal, start } = operation;
    const facts = [
      ["Person", principal && /* @__PURE__ */ a4("span", { title: principal, children: person(principal) })],
      ["Reason", operation.reason ?? /* @__PURE__ */ a4("span", { class: "muted", children: "none was given" })],
      ["Requested", operation.created_at && /* @__PURE__ */ a4(Time, { at: operation.created_at })],
      ["Could start", ended && start && /* @__PURE__ */ a4(Time, { at: start.from })],
      ["Took", ended && operation.duration_seconds !== void 0 && /* @__PURE__ */ a4(Duration, { seconds: operation.duration_seconds })],
      ["Polls", ended && progress && progress.polls],
      ["Operation id", /* @__PURE__ */ a4("code", { children: id })],
      ["Preview", operation.plan_hash && /* @__PURE__ */ a4("code", { children: operation.plan_hash })]
    ];
    return /* @__PURE__ */ a4(
      Section,
      {
        title: "Request",
        aside: /* @__PURE__ */ a4(ViewLink, { path: ["audit"], parameters: { operation_id: id }, children: "Audit trail of this operation" }),
        children: [
          /* @__PURE__ */ a4(Facts, { facts: facts.filter(([, value2]) => value2 !== false) }),
          /* @__PURE__ */ a4("h3", { children: "Parameters" }),
          /* @__PURE__ */ a4(Members, { of: operation.parameters ?? {} }),
          classification !== void 0 && /* @__PURE__ */ a4($, { children: [
            /* @__PURE__ */ a4("h3", { children: "Environment" }),
            /* @__PURE__ */ a4("p", { children: why(classification) })
          ] }),
          /* @__PURE__ */ a4("p", { class: "actions", children: [
            /* @__PURE__ */ a4(Copy, { text: curl(client.base, requestOf(operation)), children: "Copy as curl" }),
            /* @__PURE__ */ a4(Copy, { text: command(requestOf(operation)), children: "Copy as rds-ops" }),
            /* @__PURE__ */ a4(Copy, { text: location.href, children: "Copy the link" }),
            /* @__PURE__ */ a4("button", { type: "button", class: "plain", onClick: () => print(), children: "Print" })
          ] })
        ]
      }
    );
  }
  function requestOf(operation) {
    const { operation: name, instance_id, account_id, region, parameters: parameters2 = {}, reason } = operation;
    const request = { operation: name, instance_id, account_id, region, parameters: parameters2 };
    return reason === void 0 ? request : { ...request, reason };
  }

  // src/views/operation-progress.tsx
  function Progress({ operation }) {
    const { progress, start } = operation;
    const isScheduled = operation.status === "scheduled";
    const isOverdue = operation.status === "timeout";
    const facts = [
      ["Starts", isScheduled && start && /* @__PURE__ */ a4(Time, { at: start.from, surface: "future" })],
      ["Not after", waits(operation) && start && /* @__PURE__ */ a4(Time, { at: start.until, surface: "future" })],
      ["Waits for", progress?.running_operation_id && /* @__PURE__ */ a4(Running2, { id: progress.running_operation_id })],
      ["Elapsed", elapsed(operation)],
      ["Time left", isScheduled || isOverdue ? void 0 : timeLeft(operation) ?? "no estimate yet"],
      ["RDS shows", progress?.last_status ?? (isScheduled ? void 0 : "nothing yet")],
      ["Next poll", nextPoll(operation)],
      ["Polls that failed", progress !== void 0 && progress.failed_polls > 0 && progress.failed_polls],
      ["Deadline", !isScheduled && progress && /* @__PURE__ */ a4(Time, { at: progress.deadline, surface: isOverdue ? "history" : "future" })]
    ];
    return /* @__PURE__ */ a4(Section, { title: "Progress", children: [
      isOverdue && /* @__PURE__ */ a4(Notice, { tone: "warn", title: `${operation.error ?? "It takes longer than expected."} `, children: /* @__PURE__ */ a4(Prose, { of: operation.guidance }) }),
      !isScheduled && /* @__PURE__ */ a4(Far, { operation }),
      /* @__PURE__ */ a4(Facts, { facts: facts.filter(([, value2]) => value2 !== false) })
    ] });
  }
  function Far({ operation }) {
    const percent2 = operation.progress?.percent;
    const { word } = operationStatus(operation.progress?.phase ?? operation.status, operation.success);
    return /* @__PURE__ */ a4("div", { class: "far", children: [
      /* @__PURE__ */ a4("span", { class: "far-number", children: percent2 === void 0 ? word : `${percent2} %` }),
      /* @__PURE__ */ a4(Bar, { percent: percent2, label: word })
    ] });
  }
  function Running2({ id }) {
    return /* @__PURE__ */ a4(ViewLink, { path: ["operations", id], children: "the operation that runs on the instance" });
  }
  function elapsed(operation) {
    const since = Date.parse(operation.start?.from ?? operation.created_at ?? "");
    const seconds2 = (now.value.getTime() - since) / 1e3;
    return Number.isNaN(since) || seconds2 < 0 ? void 0 : duration(seconds2);
  }
  function nextPoll(operation) {
    const at = operation.progress?.next_poll_at;
    if (at == null || operation.status === "scheduled") return void 0;
    const date = new Date(at);
    return date <= now.value ? "under way" : relative(date, now.value);
  }
  function waits(operation) {
    return ["scheduled", "accepted", "pending_approval"].includes(operation.status);
  }
  function Cancel({ operation, refresh }) {
    const [isAsking, setAsking] = d2(false);
    const [isBusy, setBusy] = d2(false);
    const [error, setError] = d2();
    const cancel = async () => {
      setBusy(true);
      setError(void 0);
      try {
        const path2 = `operations/${encodeURIComponent(operation.operation_id)}/cancel`;
        await client.ask(path2, { method: "POST" });
      } catch (failed) {
        setError(failed);
      }
      setBusy(false);
      refresh();
    };
    if (!waits(operation)) {
      return /* @__PURE__ */ a4("p", { class: "muted", role: error === void 0 ? void 0 : "alert", children: [
        error instanceof ApiError && `${error.body.error} `,
        "It can't be cancelled: RDS has been asked, and RDS can't take back what it has begun. You can close this page; the operation goes on."
      ] });
    }
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("p", { class: "actions", children: [
        isAsking ? /* @__PURE__ */ a4($, { children: [
          /* @__PURE__ */ a4("button", { type: "button", class: "danger", onClick: () => void cancel(), disabled: isBusy, children: isBusy ? "Cancelling …" : "Yes, cancel it" }),
          /* @__PURE__ */ a4("button", { type: "button", onClick: () => setAsking(false), disabled: isBusy, children: "Keep it" })
        ] }) : /* @__PURE__ */ a4("button", { type: "button", onClick: () => setAsking(true), children: "Cancel the operation" }),
        /* @__PURE__ */ a4("span", { class: "muted", children: "RDS has not been asked yet, so nothing has changed." })
      ] }),
      error !== void 0 && /* @__PURE__ */ a4(Failure, { error, what: "the operation" })
    ] });
  }
  function NotifyChoice({ follower }) {
    const [isWanted, setWanted] = d2(follower.inBackground);
    const [allowed, setAllowed] = d2(permission);
    if (allowed === "unsupported") return null;
    if (allowed === "denied") {
      return /* @__PURE__ */ a4("span", { class: "muted", children: "This browser does not allow the dashboard to notify you." });
    }
    const toggle = async () => {
      const answer = await askPermission();
      const next = answer === "granted" && !isWanted;
      follower.inBackground = next;
      setAllowed(answer);
      setWanted(next);
    };
    return /* @__PURE__ */ a4("button", { type: "button", "aria-pressed": isWanted, onClick: () => void toggle(), children: "Notify me when it has ended" });
  }

  // src/views/operation-outcome.tsx
  function Outcome({ operation }) {
    const facts = factsOf(operation);
    return /* @__PURE__ */ a4(Section, { title: "Outcome", children: [
      /* @__PURE__ */ a4(Ending, { operation }),
      /* @__PURE__ */ a4(Warnings, { of: operation["warnings"] }),
      Object.keys(facts).length > 0 && /* @__PURE__ */ a4(Members, { of: facts })
    ] });
  }
  function Ending({ operation }) {
    if (operation.success === true) {
      return /* @__PURE__ */ a4(Notice, { tone: "good", title: "Done. ", children: [
        operation["changed"] === false ? "It was so already; nothing had to be changed. " : /* @__PURE__ */ a4(Shown2, { of: operation.operation }),
        operation.late === true && "It ended after its deadline."
      ] });
    }
    if (operation.status === "cancelled") return /* @__PURE__ */ a4(Cancelled, { operation });
    const { word, tone } = operationStatus(operation.status, operation.success);
    return /* @__PURE__ */ a4(Notice, { tone, title: operation.error ?? word, children: [
      operation.guidance !== void 0 && /* @__PURE__ */ a4("p", { children: /* @__PURE__ */ a4(Prose, { of: operation.guidance }) }),
      /* @__PURE__ */ a4("p", { class: "muted", children: [
        operation.retry !== void 0 && RETRY[operation.retry],
        " ",
        /* @__PURE__ */ a4("code", { children: operation.error_code ?? operation.code })
      ] })
    ] });
  }
  function Shown2({ of: name }) {
    const evidence2 = session.value?.operations.find((it) => it.operation === name)?.done_when;
    return evidence2 === void 0 ? /* @__PURE__ */ a4($, { children: "RDS shows evidence of it. " }) : /* @__PURE__ */ a4($, { children: [
      "RDS shows it: ",
      /* @__PURE__ */ a4(Prose, { of: evidence2 }),
      ". "
    ] });
  }
  function Cancelled({ operation }) {
    const asked = path("audit", { operation_id: operation.operation_id, limit: "10" });
    const trail2 = useResource(asked, (signal2) => client.ask(asked, { signal: signal2 }));
    const by = trail2.state.value.data?.items.find((it) => it.event === "cancelled")?.principal;
    return /* @__PURE__ */ a4(Notice, { tone: "quiet", title: "Cancelled. ", children: [
      by != null && /* @__PURE__ */ a4($, { children: [
        "By ",
        person(by),
        ". "
      ] }),
      "RDS was not asked, so nothing has changed."
    ] });
  }
  var RETRY = {
    no: "The same request would fail again.",
    later: "The same request can be sent again later.",
    after_change: "Send it again after the status has changed.",
    check_first: "Check the outcome before you send it again: the change may have been made."
  };
  function Warnings({ of }) {
    if (!Array.isArray(of)) return null;
    return /* @__PURE__ */ a4($, { children: of.map((it) => /* @__PURE__ */ a4(Notice, { tone: "warn", title: `${it.message} `, children: /* @__PURE__ */ a4(Prose, { of: it.guidance }) }, it.code)) });
  }
  var ELSEWHERE = /* @__PURE__ */ new Set([
    "operation_id",
    "operation",
    "instance_id",
    "account_id",
    "region",
    "environment",
    "status",
    "success",
    "late",
    "error",
    "code",
    "error_code",
    "guidance",
    "retry",
    "duration_seconds",
    "start",
    "progress",
    "parameters",
    "reason",
    "requested_by",
    "created_at",
    "plan_hash",
    "history",
    "classification",
    "version",
    "changed",
    "warnings"
  ]);
  function factsOf(operation) {
    const facts = Object.entries(operation).filter(([name, value2]) => !ELSEWHERE.has(name) && !isEmpty(value2));
    return Object.fromEntries(facts);
  }
  function isEmpty(value2) {
    return value2 == null || typeof value2 === "object" && Object.keys(value2).length === 0;
  }

  // src/views/operation.tsx
  function OperationView({ id }) {
    const operation = useOperation(client, id);
    const { data } = operation.state.value;
    useTold(data);
    return /* @__PURE__ */ a4("article", { class: "page narrow operation", children: [
      /* @__PURE__ */ a4("p", { class: "crumb", children: /* @__PURE__ */ a4(ViewLink, { path: ["operations"], children: "Operations" }) }),
      data === void 0 && /* @__PURE__ */ a4("h1", { children: [
        "Operation ",
        id
      ] }),
      /* @__PURE__ */ a4(Data, { of: operation, what: "the operation", children: (it) => {
        const ended = hasEnded(it);
        return /* @__PURE__ */ a4($, { children: [
          /* @__PURE__ */ a4(Head3, { operation: it }),
          ended ? /* @__PURE__ */ a4(Outcome, { operation: it }) : /* @__PURE__ */ a4(Progress, { operation: it }),
          /* @__PURE__ */ a4(Steps, { operation: it, ended, children: !ended && /* @__PURE__ */ a4(NotifyChoice, { follower: operation }) }),
          !ended && /* @__PURE__ */ a4(Cancel, { operation: it, refresh: () => operation.refresh() }),
          /* @__PURE__ */ a4(Timeline, { operation: it, ended }),
          /* @__PURE__ */ a4(Asked, { operation: it, ended })
        ] });
      } })
    ] });
  }
  function Head3({ operation }) {
    const { account_id, region, instance_id } = operation;
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("h1", { children: [
        operationName(operation.operation),
        " of",
        " ",
        /* @__PURE__ */ a4(ViewLink, { path: ["instances", account_id, region, instance_id], children: instance_id })
      ] }),
      /* @__PURE__ */ a4("p", { class: "lead", children: [
        /* @__PURE__ */ a4("span", { role: "status", class: "strong", children: /* @__PURE__ */ a4(OperationState, { status: operation.progress?.phase ?? operation.status, success: operation.success }) }),
        /* @__PURE__ */ a4(Environment, { name: operation.environment }),
        /* @__PURE__ */ a4("span", { class: "muted number", children: [
          account_id,
          " · ",
          region
        ] })
      ] })
    ] });
  }
  function Steps(props) {
    const { operation, ended } = props;
    const steps = nextSteps(operation);
    const again = runAgain(operation);
    const isThere = steps.some((step) => step.href === again.href);
    return /* @__PURE__ */ a4("p", { class: "actions", children: [
      steps.map((step, at) => /* @__PURE__ */ a4("a", { href: step.href, class: at === 0 ? "button primary" : "button", children: step.words }, step.href)),
      ended && !isThere && /* @__PURE__ */ a4("a", { href: again.href, class: "button", children: again.words }),
      props.children
    ] });
  }
  function useTold(operation) {
    const seen2 = T2(void 0);
    A2(() => {
      const before = seen2.current;
      seen2.current = operation;
      if (operation === void 0) {
        title(`Operation – ${serviceName.value}`);
        return;
      }
      const { word } = operationStatus(operation.status, operation.success);
      const percent2 = operation.progress?.percent;
      const state = hasEnded(operation) || percent2 === void 0 ? word : `${percent2} %`;
      const name = `${operationName(operation.operation)} of ${operation.instance_id}`;
      title(`${state}: ${name} – ${serviceName.value}`);
      if (before !== void 0 && !hasEnded(before) && hasEnded(operation)) {
        notify(operation.operation_id, `${word}: ${name}`, operation.error ?? serviceName.value);
      }
    }, [operation]);
  }

  // src/lib/live-list.ts
  function startList(fresh) {
    return { rows: [...fresh], left: /* @__PURE__ */ new Set(), arrived: 0 };
  }
  function refreshList(shown2, fresh, keyOf, isLastPage) {
    const byKey = new Map(fresh.map((row) => [keyOf(row), row]));
    const known = new Set(shown2.rows.map(keyOf));
    const arrived = fresh.filter((row) => !known.has(keyOf(row))).length;
    const rows = shown2.rows.map((row) => byKey.get(keyOf(row)) ?? row);
    const last = lastCommon(shown2.rows.map(keyOf), byKey);
    const left = shown2.rows.map(keyOf).filter((key, at) => !byKey.has(key) && (isLastPage || at < last));
    return { rows, left: new Set(left), arrived };
  }
  function replaceRow(shown2, row, keyOf) {
    return { ...shown2, rows: shown2.rows.map((known) => keyOf(known) === keyOf(row) ? row : known) };
  }
  function lastCommon(keys, byKey) {
    return keys.findLastIndex((key) => byKey.has(key));
  }

  // src/views/operations.tsx
  var FILTERS3 = {
    status: "Status",
    user: "Person",
    operation: "Operation",
    instance_id: "Instance",
    from: "From",
    to: "To"
  };
  var STATUSES = [
    ["open", "not ended"],
    ["scheduled", "scheduled"],
    ["in_progress", "in progress"],
    ["available", "done"],
    ["failed", "failed"],
    ["timeout", "timed out, still monitored"],
    ["unverified", "not verified"],
    ["cancelled", "cancelled"],
    ["denied", "denied"]
  ];
  var EVERY4 = 1e4;
  function OperationsView() {
    const { parameters: parameters2 } = route.value;
    title(`Operations – ${serviceName.value}`);
    const asked = { limit: "50", cursor: parameters2.cursor };
    for (const name of Object.keys(FILTERS3)) asked[name] = parameters2[name];
    Object.assign(asked, periodOf(parameters2));
    const key = path("operations", asked);
    const list = useResource(key, (signal2) => client.ask(key, { signal: signal2 }), EVERY4);
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("h1", { class: "hidden", children: "Operations" }),
      /* @__PURE__ */ a4(NamedViews2, {}),
      /* @__PURE__ */ a4("div", { class: "toolbar", children: [
        /* @__PURE__ */ a4(Search, { name: "instance_id", label: "Instance", placeholder: "Exact name of an instance" }),
        /* @__PURE__ */ a4(Search, { name: "user", label: "Person", placeholder: "Person, e.g. alice" }),
        /* @__PURE__ */ a4(Select, { name: "status", label: "Status", options: STATUSES }),
        /* @__PURE__ */ a4(
          Select,
          {
            name: "operation",
            label: "Operation",
            options: (session.value?.operations ?? []).map((it) => [it.operation, operationName(it.operation)])
          }
        ),
        /* @__PURE__ */ a4(MoreFilters, { children: /* @__PURE__ */ a4(Period, {}) })
      ] }),
      /* @__PURE__ */ a4(Chips, { names: FILTERS3, show: inWords2 }),
      /* @__PURE__ */ a4(Data, { of: list, what: "operations", children: (page) => /* @__PURE__ */ a4(Listed3, { page }) }, key)
    ] });
  }
  function inWords2(name, value2) {
    const known = name === "status" ? STATUSES.find(([status]) => status === value2) : void 0;
    return known?.[1] ?? filterWords(name, value2);
  }
  function NamedViews2() {
    const me = session.value?.principal;
    const today = startOfToday(now.peek().getTime(), zone.value);
    const views = [
      ["All", {}],
      ["Not ended", { status: "open" }],
      ["Mine", { user: me }],
      ["Failed today", { status: "failed", from: today }]
    ];
    const present = format(["operations"], { ...route.value.parameters, cursor: void 0 });
    return /* @__PURE__ */ a4("nav", { class: "views", "aria-label": "Views of operations", children: views.map(([words, parameters2]) => {
      const hash = format(["operations"], parameters2);
      return /* @__PURE__ */ a4("a", { href: hash, "aria-current": hash === present ? "true" : void 0, children: words }, words);
    }) });
  }
  function Listed3({ page }) {
    const [list, showNew] = useLive(page);
    const isFiltered = Object.keys(FILTERS3).some((name) => route.value.parameters[name] !== void 0);
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(Arrived, { list, show: showNew }),
      list.rows.length === 0 ? /* @__PURE__ */ a4(Nothing, { isFiltered, isMore: page.next_cursor !== null }) : /* @__PURE__ */ a4(
        Table,
        {
          caption: "Operations, newest first",
          columns: COLUMNS2,
          rows: list.rows,
          keyOf: idOf,
          open: (it) => go(["operations", it.operation_id]),
          classOf: (it) => list.left.has(idOf(it)) ? "left" : void 0
        }
      ),
      /* @__PURE__ */ a4(Pages, { next: page.next_cursor })
    ] });
  }
  function idOf(operation) {
    return operation.operation_id;
  }
  function useLive(page) {
    const [list, setList] = d2(() => startList(page.items));
    A2(
      () => setList((shown2) => refreshList(shown2, page.items, idOf, page.next_cursor === null)),
      [page]
    );
    useLeft(list, (row) => setList((shown2) => replaceRow(shown2, row, idOf)));
    return [list, () => setList(startList(page.items))];
  }
  function useLeft(list, read4) {
    const known = T2(/* @__PURE__ */ new Set());
    A2(() => {
      for (const id of list.left) {
        if (known.current.has(id)) continue;
        known.current.add(id);
        client.ask(`operations/${id}`).then(read4, () => known.current.delete(id));
      }
    }, [list.left]);
  }
  function Arrived({ list, show }) {
    const { arrived, left } = list;
    const words = [
      arrived > 0 && counted(arrived, "new operation"),
      left.size > 0 && `${counted(left.size, "row")} no longer ${left.size === 1 ? "matches" : "match"} the filters`
    ].filter((it) => it !== false);
    return /* @__PURE__ */ a4("div", { class: words.length === 0 ? void 0 : "arrived", role: "status", children: words.length > 0 && /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("span", { children: [
        words.join("; "),
        "."
      ] }),
      /* @__PURE__ */ a4("button", { type: "button", class: "link", onClick: show, children: arrived > 0 ? "Show what is new" : "Show the list anew" })
    ] }) });
  }
  function Nothing({ isFiltered, isMore }) {
    if (isMore) return /* @__PURE__ */ a4(Empty, { title: "Nothing on this page.", children: "The search covers a part of the operations at a time." });
    return isFiltered ? /* @__PURE__ */ a4(Empty, { title: "No operation matches.", children: "Take a filter away. Names of instances are exact here." }) : /* @__PURE__ */ a4(Empty, { title: "No operation was run yet.", children: [
      /* @__PURE__ */ a4(ViewLink, { path: ["instances"], children: "Choose an instance" }),
      " to run one."
    ] });
  }
  var COLUMNS2 = [
    {
      key: "operation",
      head: "Operation",
      cell: (it) => /* @__PURE__ */ a4($, { children: [
        /* @__PURE__ */ a4(ViewLink, { path: ["operations", it.operation_id], class: "name", children: operationName(it.operation) }),
        /* @__PURE__ */ a4("span", { class: "under small-only", children: [
          it.instance_id,
          it.created_at !== void 0 && /* @__PURE__ */ a4($, { children: [
            ", ",
            /* @__PURE__ */ a4(Time, { at: it.created_at, surface: "queue" })
          ] }),
          it.requested_by !== void 0 && /* @__PURE__ */ a4($, { children: [
            ", by ",
            person(it.requested_by)
          ] })
        ] })
      ] })
    },
    {
      key: "instance",
      head: "Instance",
      room: "medium",
      cell: (it) => /* @__PURE__ */ a4(ViewLink, { path: ["instances", it.account_id, it.region, it.instance_id], children: it.instance_id })
    },
    {
      key: "environment",
      head: "Environment",
      room: "medium",
      cell: (it) => /* @__PURE__ */ a4(Environment, { name: it.environment })
    },
    {
      key: "status",
      head: "Status",
      cell: (it) => it.status === "in_progress" ? /* @__PURE__ */ a4(Percent, { operation: it }) : /* @__PURE__ */ a4($, { children: [
        /* @__PURE__ */ a4(OperationState, { status: it.status, success: it.success }),
        it.status === "scheduled" && it.start !== void 0 && /* @__PURE__ */ a4("span", { class: "under", children: [
          "for ",
          /* @__PURE__ */ a4(Time, { at: it.start.from, surface: "future" })
        ] }),
        it.error !== void 0 && /* @__PURE__ */ a4("span", { class: "under", children: it.error })
      ] })
    },
    {
      key: "who",
      head: "Person",
      room: "medium",
      cell: (it) => /* @__PURE__ */ a4(
        "button",
        {
          type: "button",
          class: "link",
          title: it.requested_by,
          onClick: () => change({ user: it.requested_by, cursor: void 0 }),
          children: person(it.requested_by)
        }
      )
    },
    {
      key: "when",
      head: "Requested",
      room: "medium",
      cell: (it) => it.created_at === void 0 ? "–" : /* @__PURE__ */ a4(Time, { at: it.created_at })
    },
    {
      key: "took",
      head: "Took",
      room: "wide",
      numeric: true,
      cell: (it) => /* @__PURE__ */ a4(Duration, { seconds: it.duration_seconds })
    }
  ];

  // src/lib/random.ts
  function randomText() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // src/lib/refused-fields.ts
  var BY_CODE = {
    class_not_allowed: ["instance_class"],
    class_not_orderable: ["instance_class"],
    DBSnapshotAlreadyExists: ["snapshot_id"],
    DBClusterSnapshotAlreadyExistsFault: ["snapshot_id"],
    parameter_group_family_differs: ["parameter_group"],
    parameter_group_not_found: ["parameter_group"],
    pending_changes_would_apply: ["apply_immediately"],
    snapshot_is_newest: ["snapshot_id"],
    snapshot_not_found: ["snapshot_id"],
    snapshot_not_made_by_service: ["snapshot_id"],
    window_would_reboot_now: ["maintenance_window"],
    windows_overlap: ["backup_window", "maintenance_window"]
  };
  var PREFIX = "/parameters/";
  function ofProblems(problems2) {
    const own = problems2.filter((it) => it.pointer.startsWith(PREFIX));
    return Object.fromEntries(own.map((it) => [it.pointer.slice(PREFIX.length).split("/")[0], it.message]));
  }
  function ofPreview(preview) {
    const failed = preview.checks.filter((it) => !it.passed);
    const names = failed.flatMap((it) => BY_CODE[it.error_code ?? it.code ?? ""] ?? []);
    return Object.fromEntries(names.map((name) => [name, "is refused: see the preview"]));
  }

  // src/parts/parameter.tsx
  function ParameterField(props) {
    const { name, schema, text: text2, edit, suggestions = [] } = props;
    const [wasLeft, setLeft] = d2(false);
    if (schema.type === "boolean") {
      return /* @__PURE__ */ a4("div", { class: "field", children: [
        /* @__PURE__ */ a4("label", { class: "check", children: [
          /* @__PURE__ */ a4(
            "input",
            {
              type: "checkbox",
              checked: text2 === "true",
              onChange: (event) => edit(String(event.currentTarget.checked))
            }
          ),
          label(name)
        ] }),
        /* @__PURE__ */ a4("p", { class: "hint", children: /* @__PURE__ */ a4(Prose, { of: schema.description }) })
      ] });
    }
    const wrong = wasLeft || props.isChecked ? problem(schema, props.required, text2) : void 0;
    const shown2 = wrong ?? props.refused;
    const left = () => setLeft(true);
    const hint = /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(Prose, { of: schema.description }),
      schema.type === "array" && " One key=value a line.",
      !props.required && " Optional.",
      props.present !== void 0 && props.present !== "" && ` Now: ${props.present}.`
    ] });
    return /* @__PURE__ */ a4(Field, { label: label(name), hint, problem: shown2, children: (described) => schema.type === "array" ? /* @__PURE__ */ a4(
      "textarea",
      {
        ...described,
        rows: 2,
        value: text2,
        onInput: (event) => edit(event.currentTarget.value),
        onBlur: left
      }
    ) : /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(
        "input",
        {
          ...described,
          list: suggestions.length > 0 ? `${described.id}-known` : void 0,
          type: "text",
          inputMode: schema.type === "integer" ? "numeric" : "text",
          required: props.required,
          value: text2,
          onInput: (event) => edit(event.currentTarget.value),
          onBlur: left,
          spellcheck: false,
          autocomplete: "off"
        }
      ),
      suggestions.length > 0 && /* @__PURE__ */ a4("datalist", { id: `${described.id}-known`, children: suggestions.map((it) => /* @__PURE__ */ a4("option", { value: it }, it)) })
    ] }) });
  }

  // src/views/run.tsx
  function RunView({ target, operation }) {
    title(`${operationName(operation)} of ${target.instance_id} – ${serviceName.value}`);
    const { account_id, region, instance_id } = target;
    const asked = path(`instances/${encodeURIComponent(instance_id)}/operations`, { account_id, region });
    const available = useResource(asked, (signal2) => client.ask(asked, { signal: signal2 }));
    const described = path(`instances/${encodeURIComponent(instance_id)}`, { account_id, region });
    const instance2 = useResource(described, (signal2) => client.ask(described, { signal: signal2 }));
    return /* @__PURE__ */ a4("article", { class: "page narrow", children: [
      /* @__PURE__ */ a4("p", { class: "crumb", children: [
        /* @__PURE__ */ a4(ViewLink, { path: ["instances"], children: "Instances" }),
        " /",
        " ",
        /* @__PURE__ */ a4(ViewLink, { path: ["instances", account_id, region, instance_id], children: instance_id })
      ] }),
      /* @__PURE__ */ a4("h1", { children: operationName(operation) }),
      /* @__PURE__ */ a4(Data, { of: available, what: "the form", children: (it) => {
        const known = it.operations.find((one) => one.operation === operation);
        return known === void 0 ? /* @__PURE__ */ a4(NotPossible, { available: it, operation }) : /* @__PURE__ */ a4($, { children: [
          /* @__PURE__ */ a4("p", { class: "lead", children: [
            /* @__PURE__ */ a4("strong", { children: instance_id }),
            /* @__PURE__ */ a4(Environment, { name: it.environment }),
            /* @__PURE__ */ a4("span", { class: "muted", children: operationAbout(operation) })
          ] }),
          /* @__PURE__ */ a4(
            Form,
            {
              target,
              operation,
              schema: known.parameters,
              present: presentValues(instance2.state.value.data)
            }
          )
        ] });
      } })
    ] });
  }
  function presentValues(instance2) {
    const live = instance2?.live;
    if (live === void 0) return {};
    return {
      instance_class: live.instance_class ?? "",
      backup_window: live.backup_window ?? "",
      maintenance_window: live.maintenance_window ?? "",
      parameter_group: Object.keys(live.parameter_groups ?? {}).join(", ")
    };
  }
  function NotPossible({ available, operation }) {
    const refusal = available.not_permitted.find((it) => it.operation === operation);
    const reason = refusal?.reason ?? available.reason ?? "This service has no such operation.";
    return /* @__PURE__ */ a4(Notice, { tone: "warn", title: reason, role: "status", children: /* @__PURE__ */ a4("p", { children: /* @__PURE__ */ a4(Prose, { of: refusal?.guidance ?? available.guidance }) }) });
  }
  function Form(props) {
    const { target, operation, schema } = props;
    const [fields, setField] = useFields(schema);
    const snapshots = useSnapshots(target, operation === "delete_snapshot");
    const form2 = T2(null);
    A2(() => form2.current?.querySelector("input, textarea")?.focus(), []);
    const [reason, setReason] = d2("");
    const start = startOf(route.value.parameters);
    const [answer, setAnswer] = d2({ kind: "none" });
    const [isChecked, setChecked] = d2(false);
    const found = w2(() => problems(schema, fields), [schema, fields]);
    const startProblem = problemOfStart(start);
    const refused = refusedFields(answer);
    const hasProblem = Object.keys(found).length > 0 || startProblem !== void 0;
    const request = requestOf2(target, operation, parameters(schema, fields), reason, start);
    const edit = (name, text2) => {
      setAnswer({ kind: "none" });
      setField(name, text2);
    };
    const preview = async (changed = false) => {
      setChecked(true);
      if (hasProblem) return;
      setAnswer({ kind: "asking" });
      try {
        const body = { ...request, dry_run: true };
        const shown2 = await client.ask("operations", { method: "POST", body });
        setAnswer({ kind: "preview", preview: shown2, request, changed });
      } catch (error) {
        setAnswer({ kind: "failed", error });
      }
    };
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4(
        "form",
        {
          class: "form",
          ref: form2,
          onSubmit: (event) => {
            event.preventDefault();
            void preview();
          },
          noValidate: true,
          children: [
            inOrder(schema).map(([name, one]) => /* @__PURE__ */ a4(
              ParameterField,
              {
                name,
                schema: one,
                required: isRequired(schema, name),
                text: fields[name] ?? "",
                isChecked,
                refused: refused[name],
                present: props.present[name],
                suggestions: name === "snapshot_id" ? snapshots : [],
                edit: (text2) => edit(name, text2)
              },
              name
            )),
            /* @__PURE__ */ a4(Field, { label: "Reason", hint: "Why; it goes to the audit trail. Optional.", children: (described) => /* @__PURE__ */ a4(
              "input",
              {
                ...described,
                type: "text",
                maxLength: 256,
                value: reason,
                onInput: (event) => {
                  setAnswer({ kind: "none" });
                  setReason(event.currentTarget.value);
                }
              }
            ) }),
            /* @__PURE__ */ a4(
              StartChoice,
              {
                start,
                problem: isChecked ? startProblem : void 0,
                choose: ({ when, at }) => {
                  setAnswer({ kind: "none" });
                  change({ start: when === "now" ? void 0 : when, start_at: at === "" ? void 0 : at }, "replace");
                }
              }
            ),
            /* @__PURE__ */ a4("p", { class: "actions", children: [
              /* @__PURE__ */ a4("button", { type: "submit", class: "primary", disabled: answer.kind === "asking", children: answer.kind === "asking" ? "Checking …" : "Show the preview" }),
              /* @__PURE__ */ a4(Copy, { text: curl(client.base, request), children: "Copy as curl" }),
              /* @__PURE__ */ a4(Copy, { text: command(request), children: "Copy as rds-ops" })
            ] }),
            isChecked && hasProblem && /* @__PURE__ */ a4("p", { class: "problem", role: "alert", children: "Look at the fields that are marked." })
          ]
        }
      ),
      answer.kind === "failed" && /* @__PURE__ */ a4(Failure, { error: answer.error, what: "the preview" }),
      answer.kind === "preview" && /* @__PURE__ */ a4(Previewed, { answer, again: () => void preview(true) })
    ] });
  }
  function refusedFields(answer) {
    if (answer.kind === "preview") return ofPreview(answer.preview);
    if (answer.kind === "failed" && answer.error instanceof ApiError) return ofProblems(answer.error.body.details ?? []);
    return {};
  }
  function Previewed(props) {
    const { preview, request, changed } = props.answer;
    const [isSending, setSending] = d2(false);
    const [error, setError] = d2();
    const key = w2(randomText, [preview]);
    const send = async () => {
      setSending(true);
      setError(void 0);
      const body = preview.plan_hash === null ? request : { ...request, plan_hash: preview.plan_hash };
      const headers = { "idempotency-key": key, prefer: "respond-async" };
      try {
        const sent = await client.ask("operations", { method: "POST", headers, body });
        go(["operations", sent.operation_id]);
      } catch (failed) {
        setSending(false);
        setError(failed);
      }
    };
    const isOutdated = error instanceof ApiError && error.body.code === "plan_changed";
    return /* @__PURE__ */ a4(Section, { title: "Preview", isEntered: true, children: [
      changed && /* @__PURE__ */ a4(Notice, { tone: "warn", role: "status", title: "This is the preview as it is now. ", children: "Something changed since the one before." }),
      /* @__PURE__ */ a4(PreviewShown, { preview, request }),
      error !== void 0 && /* @__PURE__ */ a4(Failure, { error, what: "the preview" }),
      isOutdated ? /* @__PURE__ */ a4("p", { class: "actions", children: /* @__PURE__ */ a4("button", { type: "button", class: "primary", onClick: props.again, children: "Show the new preview" }) }) : /* @__PURE__ */ a4(Confirm, { preview, request, isSending, send: () => void send() })
    ] });
  }
  function inOrder(schema) {
    const rank = ([name]) => isRequired(schema, name) ? 0 : 1;
    return Object.entries(schema.properties).sort((one, other) => rank(one) - rank(other));
  }
  var PAUSE3 = 250;
  function useFields(schema) {
    const given = route.value.parameters;
    const [fields, setFields] = d2(() => given);
    const pending = T2({});
    const timer = T2(void 0);
    A2(() => {
      if (Object.keys(pending.current).length === 0) setFields(given);
    }, [given]);
    A2(() => () => clearTimeout(timer.current), []);
    const set = (name, text2) => {
      setFields((before) => ({ ...before, [name]: text2 }));
      pending.current = { ...pending.current, [name]: text2 };
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const typed2 = pending.current;
        pending.current = {};
        change(typed2, "replace");
      }, PAUSE3);
    };
    return [w2(() => withDefaults(schema, fields), [schema, fields]), set];
  }
  function withDefaults(schema, typed2) {
    const fields = {};
    for (const [name, one] of Object.entries(schema.properties)) {
      fields[name] = typed2[name] ?? (one.type === "boolean" ? String(one.default ?? false) : "");
    }
    return fields;
  }
  function useSnapshots(target, areWanted) {
    const asked = path("operations", { ...target, operation: "create_snapshot", status: "available", limit: "50" });
    const made = useResource(
      areWanted ? asked : "",
      async (signal2) => areWanted ? (await client.ask(asked, { signal: signal2 })).items : []
    );
    return (made.state.value.data ?? []).map((it) => String(it["snapshot_id"] ?? "")).filter((it) => it !== "");
  }
  function startOf({ start, start_at: at = "" }) {
    return { when: start === "at" || start === "queue" ? start : "now", at };
  }
  function problemOfStart(start) {
    if (start.when !== "at") return void 0;
    const at = fromInput(start.at, zone.value);
    if (at === void 0) return "is required";
    return Date.parse(at) <= Date.now() ? "must be in the future" : void 0;
  }
  function StartChoice(props) {
    const { start, choose } = props;
    const options = [
      ["now", "Now; refused if another operation has the instance"],
      ["queue", "Now, or as soon as the instance is free"],
      ["at", "At a time"]
    ];
    return /* @__PURE__ */ a4("fieldset", { class: "choice", children: [
      /* @__PURE__ */ a4("legend", { children: "Start" }),
      /* @__PURE__ */ a4("p", { class: "hint", children: "When the service sends the request to RDS." }),
      options.map(([when, words]) => /* @__PURE__ */ a4("label", { children: [
        /* @__PURE__ */ a4(
          "input",
          {
            type: "radio",
            name: "start",
            checked: start.when === when,
            onChange: () => choose({ ...start, when })
          }
        ),
        words
      ] }, when)),
      start.when === "at" && /* @__PURE__ */ a4(
        Field,
        {
          label: "Start time",
          hint: `In ${zone.value === "utc" ? "UTC" : `your zone (${zoneName(/* @__PURE__ */ new Date(), "local")})`}; at most 90 days ahead`,
          problem: props.problem,
          children: (described) => /* @__PURE__ */ a4(
            "input",
            {
              ...described,
              type: "datetime-local",
              value: start.at,
              onInput: (event) => choose({ ...start, at: event.currentTarget.value })
            }
          )
        }
      )
    ] });
  }
  function requestOf2(target, operation, given, reason, start) {
    const at = start.when === "at" ? fromInput(start.at, zone.value) : void 0;
    return {
      operation,
      ...target,
      parameters: given,
      ...reason === "" ? {} : { reason },
      ...at === void 0 ? {} : { start: { at } },
      ...start.when === "queue" ? { if_busy: "queue" } : {}
    };
  }

  // src/shell/sign-in.tsx
  function SignInGate({ children }) {
    const state = signIn.state.value;
    switch (state.kind) {
      case "none":
      case "signed-in":
        return /* @__PURE__ */ a4($, { children });
      case "working":
        return /* @__PURE__ */ a4("main", { children: /* @__PURE__ */ a4("p", { class: "state", role: "status", children: "Signing in …" }) });
      case "failed":
        return /* @__PURE__ */ a4("main", { class: "gate", children: [
          /* @__PURE__ */ a4(Notice, { tone: "bad", role: "alert", title: "You could not be signed in.", children: /* @__PURE__ */ a4("p", { children: state.message }) }),
          /* @__PURE__ */ a4(Again, { children: "Try again" })
        ] });
      case "signed-out":
        return state.ended ? /* @__PURE__ */ a4($, { children: [
          /* @__PURE__ */ a4("div", { class: "banner", role: "alert", children: /* @__PURE__ */ a4(Notice, { tone: "warn", title: "Your sign-in has ended. ", children: /* @__PURE__ */ a4(Again, { children: "Sign in again" }) }) }),
          children
        ] }) : /* @__PURE__ */ a4("main", { class: "gate", children: [
          /* @__PURE__ */ a4("h1", { children: "You are signed out" }),
          /* @__PURE__ */ a4(Again, { children: "Sign in" })
        ] });
    }
  }
  function Again({ children }) {
    return /* @__PURE__ */ a4("button", { type: "button", class: "primary", onClick: () => void signIn.signIn(), children });
  }

  // src/shell/keys.ts
  function useKeys() {
    A2(() => {
      const pressed = (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
        if (event.key === "/") {
          const search = document.querySelector('input[type="search"]');
          if (search === null) return;
          event.preventDefault();
          search.focus();
          search.select();
        } else if (event.key === "?") {
          location.hash = "#/help";
        }
      };
      addEventListener("keydown", pressed);
      return () => removeEventListener("keydown", pressed);
    }, []);
  }
  function isTyping(target) {
    return target instanceof Element && target.closest("input, textarea, select, dialog") !== null;
  }

  // src/shell/frame.tsx
  var VIEWS2 = [
    ["instances", "Instances"],
    ["operations", "Operations"],
    ["audit", "Audit"],
    ["figures", "Figures"]
  ];
  function Frame() {
    useKeys();
    return /* @__PURE__ */ a4($, { children: [
      /* @__PURE__ */ a4("a", { class: "skip", href: "#main", onClick: focusMain, children: "To the content" }),
      /* @__PURE__ */ a4(Header, {}),
      !reachable.value && /* @__PURE__ */ a4("div", { class: "banner", role: "alert", children: /* @__PURE__ */ a4(Notice, { tone: "warn", title: "The service can't be reached. ", children: "What you see is what it said last. The page asks again by itself." }) }),
      /* @__PURE__ */ a4(SignInGate, { children: /* @__PURE__ */ a4(WithSession, {}) })
    ] });
  }
  function focusMain(event) {
    event.preventDefault();
    document.querySelector("main")?.focus();
  }
  function Header() {
    return /* @__PURE__ */ a4("header", { class: "header", children: [
      /* @__PURE__ */ a4(ViewLink, { path: ["instances"], class: "brand", children: serviceName.value }),
      session.value?.simulated === true && /* @__PURE__ */ a4("span", { class: "chip-simulated", title: "No request reaches AWS.", children: "simulated fleet" }),
      /* @__PURE__ */ a4("nav", { "aria-label": "Views", class: "nav", children: VIEWS2.map(([name, words]) => /* @__PURE__ */ a4("a", { href: `#/${name}`, "aria-current": isWithin(name) ? "page" : void 0, children: words }, name)) }),
      /* @__PURE__ */ a4("div", { class: "header-end", children: [
        /* @__PURE__ */ a4(
          "button",
          {
            type: "button",
            class: "plain",
            title: "The zone in which times are shown",
            onClick: () => zone.value = zone.value === "utc" ? "local" : "utc",
            children: [
              "Times: ",
              zone.value === "utc" ? "UTC" : zoneName(/* @__PURE__ */ new Date(), "local")
            ]
          }
        ),
        /* @__PURE__ */ a4(ThemeChoice, {}),
        /* @__PURE__ */ a4("a", { href: "#/help", class: "plain", "aria-current": isView("help") ? "page" : void 0, children: "Help" }),
        /* @__PURE__ */ a4(Person, {})
      ] })
    ] });
  }
  function isWithin(name) {
    return isView(name) || name === "instances" && isView("inventory");
  }
  function ThemeChoice() {
    const order2 = ["system", "light", "dark"];
    const next = order2[(order2.indexOf(theme.value) + 1) % order2.length] ?? "system";
    return /* @__PURE__ */ a4(
      "button",
      {
        type: "button",
        class: "plain",
        title: `Colours: ${theme.value}. Press for ${next}.`,
        onClick: () => theme.value = next,
        children: [
          "Colours: ",
          theme.value
        ]
      }
    );
  }
  function Person() {
    const known = session.value;
    if (known === void 0) return null;
    return /* @__PURE__ */ a4("span", { class: "person", title: known.principal, children: [
      known.name ?? person(known.principal),
      signIn.state.value.kind === "signed-in" && /* @__PURE__ */ a4("button", { type: "button", class: "plain", onClick: () => void signIn.signOut(), children: "Sign out" })
    ] });
  }
  function WithSession() {
    const known = useResource("session", (signal2) => client.ask("session", { signal: signal2 }));
    const main = T2(null);
    const { data } = known.state.value;
    A2(() => {
      if (data !== void 0) session.value = data;
    }, [data]);
    useReachable();
    return /* @__PURE__ */ a4("main", { id: "main", ref: main, tabIndex: -1, children: /* @__PURE__ */ a4(Data, { of: known, what: "the session", children: () => /* @__PURE__ */ a4(View, {}) }) });
  }
  function useReachable() {
    const health = useResource(
      "health",
      async (signal2) => {
        try {
          await client.ask("healthz", { signal: signal2 });
          reachable.value = true;
        } catch (error) {
          if (!isAbort(error)) reachable.value = false;
          throw error;
        }
        return true;
      },
      3e4
    );
    A2(() => {
      const lost = () => health.refresh();
      addEventListener("online", lost);
      addEventListener("offline", lost);
      return () => {
        removeEventListener("online", lost);
        removeEventListener("offline", lost);
      };
    }, [health]);
  }
  function View() {
    const [view, ...rest] = route.value.path;
    const [first, second, third, fourth, fifth] = rest;
    if (view === "operations" && first !== void 0) return /* @__PURE__ */ a4(OperationView, { id: first }, first);
    if (view === "operations") return /* @__PURE__ */ a4(OperationsView, {});
    if (view === "audit") return /* @__PURE__ */ a4(AuditView, {});
    if (view === "figures") return /* @__PURE__ */ a4(FiguresView, {});
    if (view === "inventory" && first === void 0) return /* @__PURE__ */ a4(InventoryView, {});
    if (view === "help") return /* @__PURE__ */ a4(HelpView, {});
    if (view === "instances" && first !== void 0 && second !== void 0 && third !== void 0) {
      const target = { account_id: first, region: second, instance_id: third };
      const key = rest.join("/");
      if (fourth === "run" && fifth !== void 0) {
        return /* @__PURE__ */ a4(RunView, { target, operation: fifth }, key);
      }
      return /* @__PURE__ */ a4(InstanceView, { target }, key);
    }
    if (view === void 0 || view === "instances" && first === void 0) return /* @__PURE__ */ a4(InstancesView, {});
    return /* @__PURE__ */ a4(Empty, { title: "There is no such page.", children: /* @__PURE__ */ a4(ViewLink, { path: ["instances"], children: "To the instances" }) });
  }

  // src/main.tsx
  var root = document.getElementById("app");
  if (root !== null) {
    Q(/* @__PURE__ */ a4(Frame, {}), root);
    void signIn.start();
  }
})();
/*!
@preact/signals 2.11.4 (MIT)

The MIT License (MIT)

Copyright (c) 2022-present Preact Team

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.

@preact/signals-core 1.14.5 (MIT)

The MIT License (MIT)

Copyright (c) 2022-present Preact Team

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.

oauth4webapi 3.8.8 (MIT)

The MIT License (MIT)

Copyright (c) 2022 Filip Skokan

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.

preact 11.2.0 (MIT)

The MIT License (MIT)

Copyright (c) 2015-present Jason Miller

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
*/
