/** Path prefix -> host that answers it, and that host's own path. */
const hosts = {
  articles: 'catalogue',
  sessions: 'users',
  cart: 'cart',
  orders: 'orders',
  search: 'search',
  recommendations: 'recommendations',
  payments: 'payment',
  shipping: 'shipping',
};

export function routeOf(url) {
  const [, api, name] = url.split(/[/?]/);
  if (api !== 'api' || !Object.hasOwn(hosts, name ?? '')) return undefined;
  return `http://${hosts[name]}:8080${url.slice('/api'.length)}`;
}
